From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lia Lqa.
From Conslaw Require Import Polynomials RealValues Models Sparse.
Import ListNotations.
Local Open Scope Q_scope.

(* ------------------------------------------------------------------ laws *)

(* h is a polynomial in the variables 1 ... D, and <grad h, v> = 0 at all real points for every v of the family W. *)
Definition over (D : nat) (h : poly) : bool :=
  forallb (fun t => forallb (fun j => Nat.leb (Pos.to_nat j) D) (snd t)) h.

Definition law (D : nat) (W : list field) (h : poly) : Prop :=
  over D h = true /\ forall v, In v W -> forall x : point, real x (along v h) = 0%R.

(* Values, with fractions kept in lowest terms. *)
Fixpoint fast_mono (x : positive -> Q) (m : monomial) : Q :=
  match m with [] => 1 | j :: m' => Qred (x j * fast_mono x m') end.

Fixpoint fast_eval (x : positive -> Q) (p : poly) : Q :=
  match p with [] => 0 | (c, m) :: p' => Qred (c * fast_mono x m + fast_eval x p') end.

Fixpoint fast_slope_mono (x y : positive -> Q) (m : monomial) : Q :=
  match m with [] => 0 | j :: m' => Qred (y j * fast_mono x m' + x j * fast_slope_mono x y m') end.

Fixpoint fast_slope (x y : positive -> Q) (p : poly) : Q :=
  match p with [] => 0 | (c, m) :: p' => Qred (c * fast_slope_mono x y m + fast_slope x y p') end.

Lemma fast_mono_same x m : fast_mono x m == eval_mono x m.
Proof. induction m as [| j m IH]; simpl; [reflexivity | rewrite Qred_correct, IH; reflexivity]. Qed.

Lemma fast_eval_same x p : fast_eval x p == eval x p.
Proof.
  induction p as [| [c m] p IH]; simpl; [reflexivity |]. rewrite Qred_correct, IH, fast_mono_same. reflexivity.
Qed.

Lemma fast_slope_same x y p : fast_slope x y p == slope x y p.
Proof.
  assert (M : forall m, fast_slope_mono x y m == slope_mono x y m).
  { induction m as [| j m IH]; simpl; [reflexivity |]. rewrite Qred_correct, IH, fast_mono_same. reflexivity. }
  induction p as [| [c m] p IH]; simpl; [reflexivity |]. rewrite Qred_correct, IH, M. reflexivity.
Qed.

(* Laws. *)
Definition nothing (p : poly) : bool := match p with [] => true | _ => false end.

Definition is_law_of (D : nat) (family : list (tree (list poly))) (h : poly) : bool :=
  over D h && let g := slopes h in forallb (fun v => nothing (pair_trees g v)) family.

Definition is_law (D : nat) (ls : list sparse) : poly -> bool := is_law_of D (map gather ls).

Lemma is_law_sound D ls W h : Forall2 stands ls W -> is_law D ls h = true -> law D W h.
Proof.
  intros S H. apply andb_prop in H. destruct H as [O H]. split; [exact O |]. intros v I x.
  rewrite forallb_forall in H. assert (E : exists l, In l ls /\ stands l v).
  { clear - S I. induction S as [| l u ls W L S IH]; [destruct I |]. destruct I as [<- | I].
    - exists l. split; [left; reflexivity | exact L].
    - destruct (IH I) as (k & K & M). exists k. split; [right; exact K | exact M]. }
  destruct E as (l & J & L). specialize (H _ (in_map gather _ _ J)). transitivity (real x []); [| reflexivity].
  apply real_same. intros y. rewrite (along_sparse y h l v L).
  destruct (pair_trees (slopes h) (gather l)); [reflexivity | discriminate].
Qed.

Definition refutation_check (D : nat) (ls : list sparse) (x : positive -> Q) (g : nat) (h : poly) (q : Q) : bool :=
  over D h && Nat.ltb g (length ls) && negb (zero q) &&
  let l := nth g ls [] in Qeq_bool (fast_slope x (memo D (fun j => fast_eval x (coordinate l j))) h) q.

Theorem refutation_check_sound D ls W x g h q : Forall2 stands ls W -> refutation_check D ls x g h q = true ->
  over D h = true /\ In (nth g W (fun _ => [])) W /\
  real (rational x) (along (nth g W (fun _ => [])) h) = Q2R q /\ Q2R q <> 0%R /\ ~ law D W h.
Proof.
  intros S H. apply andb_prop in H. destruct H as [H V]. apply andb_prop in H. destruct H as [H Z].
  apply andb_prop in H. destruct H as [O G]. apply Nat.ltb_lt in G. apply Qeq_bool_iff in V.
  assert (I : In (nth g W (fun _ => [])) W).
  { apply nth_In. replace (length W) with (length ls); [exact G |]. clear - S. induction S; simpl; congruence. }
  assert (E : real (rational x) (along (nth g W (fun _ => [])) h) = Q2R q).
  { rewrite real_rational. apply Qeq_eqR. rewrite <- V, fast_slope_same, eval_along. apply slope_same. intros j.
    rewrite memo_same, fast_eval_same. apply (stand_nth _ _ g S). }
  assert (N : Q2R q <> 0%R).
  { intros F. assert (Q0 : q == 0) by (apply eqR_Qeq; rewrite F; symmetry; apply Q2R_0).
    destruct q as [n d]. unfold Qeq in Q0. simpl in Q0. unfold zero in Z. simpl in Z.
    replace n with 0%Z in Z by lia. discriminate Z. }
  repeat split; try assumption. intros [_ L]. apply N. rewrite <- E. apply L. exact I.
Qed.

(* A law that is not constant: it is evaluated at more and more points, until two values differ. *)
Definition trial (n : Z) (j : positive) : Q :=
  let k := Zpos j in inject_Z (k + n * (k + n) + (7919 * k * n * n + 10473 * k * k * n) mod 1009).

Fixpoint varies_from (steps : nat) (n : Z) (h : poly) (v : Q) : bool :=
  match steps with
  | O => false
  | S s => if Qeq_bool (fast_eval (trial n) h) v then varies_from s (n + 1) h v else true
  end.

Definition varies (h : poly) : bool :=
  varies_from (20 + 2 * fold_right (fun t d => Nat.max (length (snd t)) d) 0%nat h) 1 h (fast_eval (trial 0) h).

Theorem varies_sound h : varies h = true -> exists x y : point, real x h <> real y h.
Proof.
  unfold varies. generalize (20 + 2 * fold_right (fun t d => Nat.max (length (snd t)) d) 0%nat h)%nat.
  intros steps. generalize 1%Z. induction steps as [| s IH]; simpl; intros n H; [discriminate |].
  destruct (Qeq_bool (fast_eval (trial n) h) (fast_eval (trial 0) h)) eqn:E; [exact (IH _ H) |].
  exists (rational (trial n)), (rational (trial 0)). rewrite !real_rational. intros F. apply eqR_Qeq in F.
  rewrite <- !fast_eval_same in F. apply Qeq_bool_iff in F. congruence.
Qed.
