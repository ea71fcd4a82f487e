From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lra Lia.
From Conslaw Require Import Polynomials RealValues Independence Models Ranks Sparse Laws Flows Lie Smooth Words Counts.
From Conslaw Require Import Given.
Import ListNotations.
Local Open Scope R_scope.

(* ------------------------------------------------------------------ the check *)

Definition pair (D : nat) (N v : field) : poly :=
  sum (map (fun k => let i := Pos.of_succ_nat k in mul (N i) (v i)) (seq 0 D)).

Fixpoint all_pairs {A} (f : A -> A -> bool) (l : list A) : bool :=
  match l with [] => true | a :: l' => forallb (f a) l' && all_pairs f l' end.

(* N(t) = m r: the form N / m has the value r along t. *)
Definition has_value (D : nat) (m : poly) (N : field) (a : field * poly) : bool :=
  nothing (sub (pair D N (fst a)) (mul m (snd a))).

(* Then d(N / m)(t, s) = 0 says t(q) - s(r) = (N / m)([s, t]). *)
Definition flat (D : nat) (m : poly) (N : field) (a b : field * poly) : bool :=
  let (t, r) := a in
  let (s, q) := b in
  nothing (sub (mul m (sub (along t q) (along s r))) (pair D N (memo D (bracket s t)))).

Definition with_values (D : nat) (fields : list (list poly * poly)) : list (field * poly) :=
  combine (fields_of D (map fst fields)) (map snd fields).

(* The fields are tangent, and with the differentials of what g is modulo they span everything. *)
Definition given_check (D : nat) (ls : list sparse) (x : list Q) (p : Z) (before : list given) (g : given)
  (fields : list (list poly * poly)) : bool :=
  match g with
  | Polynomial h => is_law D ls h
  | Form m _ js =>
      let N := top D g in
      let ks := map (top D) (known before g) in
      let ts := fields_of D (map fst fields) in
      forallb (fun l => nothing (pair_sparse N l)) ls && negb (Qeq_bool (fast_eval (point_of x) m) 0) &&
      forallb (fun j => Nat.ltb j (length before) &&
        forallb (fun i => existsb (Nat.eqb i) js) (modulo (nth j before (Polynomial [])))) js &&
      Nat.eqb (length ks + length ts) D && independent_values D x p (map (sparse_on D) (ks ++ ts)) &&
      forallb (fun k => forallb (fun t => nothing (pair D k t)) ts) ks &&
      let tvs := with_values D fields in forallb (has_value D m N) tvs && all_pairs (flat D m N) tvs
  end.

Fixpoint givens_check (D : nat) (ls : list sparse) (x : list Q) (p : Z) (before gs : list given)
  (fields : list (list (list poly * poly))) : bool :=
  match gs, fields with
  | [], [] => true
  | g :: gs', ts :: fields' =>
      given_check D ls x p before g ts && givens_check D ls x p (before ++ [g]) gs' fields'
  | _, _ => false
  end.

Definition listed_check (D : nat) (ls : list sparse) (x : list Q) (p : Z) (gs : list given)
  (fields : list (list (list poly * poly))) : bool :=
  independent_values D x p (map (fun g => sparse_on D (top D g)) gs) && givens_check D ls x p [] gs fields.

(* ------------------------------------------------------------------ symmetric on a span *)

(* A bilinear form that is symmetric on the vs is symmetric on their span. *)
Section Symmetric.
  Variables (n : nat) (H : nat -> vector).
  Definition twisted (u w : vector) : R := dot n (fun i => dot n (H i) u) w - dot n (fun i => dot n (H i) w) u.

  Lemma twisted_same u u' w : (forall i, (i < n)%nat -> u i = u' i) -> twisted u w = twisted u' w.
  Proof.
    intros E. unfold twisted. rewrite (dot_same n (fun i => dot n (H i) u) (fun i => dot n (H i) u') w w),
      (dot_same n (fun i => dot n (H i) w) (fun i => dot n (H i) w) u u'); auto.
    intros i I. apply dot_same; auto.
  Qed.

  Lemma twisted_step a v u w : twisted (fun i => a * v i + u i) w = a * twisted v w + twisted u w.
  Proof.
    unfold twisted. rewrite (dot_commutes n _ (fun i => a * v i + u i)), dot_step.
    rewrite (dot_same n _ (fun i => a * dot n (H i) v + dot n (H i) u) w w), dot_step; [| | reflexivity].
    - rewrite (dot_commutes n v), (dot_commutes n u). ring.
    - intros i _. rewrite dot_commutes, dot_step, (dot_commutes n v), (dot_commutes n u). reflexivity.
  Qed.

  Lemma twisted_combination c vs w : (forall v, In v vs -> twisted v w = 0) -> twisted (combination c vs) w = 0.
  Proof.
    assert (Z : twisted (fun _ => 0) w = 0).
    { rewrite (twisted_same _ (fun i => -1 * 0 + 0)) by (intros; ring). rewrite twisted_step. lra. }
    revert vs. induction c as [| a c IH]; intros [| v vs] E; try exact Z.
    change (combination (a :: c) (v :: vs)) with (fun i => a * v i + combination c vs i).
    rewrite twisted_step, IH, E by (simpl in *; auto). ring.
  Qed.

  Lemma twisted_swap u w : twisted w u = - twisted u w.
  Proof. unfold twisted. ring. Qed.

  Lemma twisted_span vs u w c d : (forall v v', In v vs -> In v' vs -> twisted v v' = 0) ->
    (forall i, (i < n)%nat -> u i = combination c vs i) -> (forall i, (i < n)%nat -> w i = combination d vs i) ->
    twisted u w = 0.
  Proof.
    intros S U V. rewrite (twisted_same _ _ _ U). apply twisted_combination. intros v I.
    rewrite twisted_swap, (twisted_same _ _ _ V), twisted_combination; [ring |]. auto.
  Qed.
End Symmetric.

Lemma all_pairs_all {A} (f : A -> A -> bool) (r : A -> A -> Prop) l : all_pairs f l = true ->
  (forall a b, f a b = true -> r a b) -> (forall a b, r a b -> r b a) -> (forall a, r a a) ->
  forall a b, In a l -> In b l -> r a b.
Proof.
  intros H F S R. induction l as [| c l IH]; intros a b I J; [destruct I |].
  simpl in H. apply andb_prop in H. destruct H as [H H']. rewrite forallb_forall in H.
  destruct I as [<- | I], J as [<- | J]; auto.
Qed.

(* ------------------------------------------------------------------ forms and their values *)

Lemma real_sum y ps : real y (sum ps) = real_total (real y) ps.
Proof.
  transitivity (real y (fold_right add [] ps)).
  - apply real_same. intros x. rewrite eval_sum. induction ps as [| p ps IH]; simpl; [reflexivity |].
    rewrite eval_add, IH. reflexivity.
  - induction ps as [| p ps IH]; simpl; [reflexivity |]. rewrite real_add, IH. reflexivity.
Qed.

Lemma real_pair D N v y : real y (pair D N v) = dot D (value y N) (value y v).
Proof.
  unfold pair. rewrite real_sum. induction D as [| D IH]; [reflexivity |]. rewrite seq_S, map_app. cbn [dot].
  assert (T : forall l r, real_total (real y) (l ++ [r]) = real y r + real_total (real y) l).
  { clear. induction l as [| p l IH]; intros r; [simpl; ring |].
    change (real y p + real_total (real y) (l ++ [r]) = real y r + (real y p + real_total (real y) l)).
    rewrite IH. ring. }
  cbn [map]. rewrite T, IH. cbn [plus]. rewrite real_mul. reflexivity.
Qed.

Lemma nothing_zero p y : nothing p = true -> real y p = 0.
Proof. destruct p; [reflexivity | discriminate]. Qed.

Lemma eval_pair D N v x : Qeq (eval x (pair D N v))
  (total (fun k => (eval x (N (Pos.of_succ_nat k)) * eval x (v (Pos.of_succ_nat k)))%Q) (seq 0 D)).
Proof. unfold pair. rewrite eval_sum, total_map. apply total_same. intros k _. apply eval_mul. Qed.

(* m dN(t, s) = dm(t) N(s) - dm(s) N(t) *)
Definition curl (D : nat) (m : poly) (N t s : field) : poly :=
  sub (mul m (sub (pair D (fun i => along t (N i)) s) (pair D (fun i => along s (N i)) t)))
    (sub (mul (along t m) (pair D N s)) (mul (along s m) (pair D N t))).

Lemma nothing_same p q x : nothing (sub p q) = true -> Qeq (eval x p) (eval x q).
Proof.
  intros H. assert (E : Qeq (eval x (sub p q)) 0) by (destruct (sub p q); [reflexivity | discriminate]).
  rewrite eval_sub in E. setoid_replace (eval x p) with (eval x p - eval x q + eval x q)%Q by ring. rewrite E. ring.
Qed.

(* The derivative of m q = N(s) along t. *)
Lemma value_slope D m N s q x (t : field) : has_value D m N (s, q) = true ->
  Qeq (total (fun k => (slope x (fun j => eval x (t j)) (N (Pos.of_succ_nat k)) * eval x (s (Pos.of_succ_nat k)))%Q)
         (seq 0 D) +
       total (fun k => (eval x (N (Pos.of_succ_nat k)) * slope x (fun j => eval x (t j)) (s (Pos.of_succ_nat k)))%Q)
         (seq 0 D))
      (slope x (fun j => eval x (t j)) m * eval x q + eval x m * slope x (fun j => eval x (t j)) q).
Proof.
  intros H. set (y := fun j => eval x (t j)). rewrite <- slope_mul, <- total_plus.
  transitivity (slope x y (pair D N s)).
  - unfold pair. rewrite slope_sum, total_map. apply total_same. intros k _. rewrite slope_mul. reflexivity.
  - apply same_values_same_slope. intros z. exact (nothing_same _ _ z H).
Qed.

Lemma curl_zero D m N t r s q x : has_value D m N (t, r) = true -> has_value D m N (s, q) = true ->
  flat D m N (t, r) (s, q) = true -> Qeq (eval x (curl D m N t s)) 0.
Proof.
  intros T S F. pose proof (value_slope D m N s q x t S) as A. pose proof (value_slope D m N t r x s T) as B.
  pose proof (nothing_same _ _ x T) as VT. pose proof (nothing_same _ _ x S) as VS. cbn [fst snd] in VT, VS.
  unfold flat in F. apply (nothing_same _ _ x) in F. rewrite eval_mul in VT, VS, F.
  rewrite eval_sub, !eval_along, eval_pair in F. unfold curl.
  rewrite !eval_sub, !eval_mul, eval_sub, VT, VS, !eval_along, !eval_pair.
  set (n := fun k => eval x (N (Pos.of_succ_nat k))) in *.
  set (at_t := fun j => eval x (t j)) in *. set (at_s := fun j => eval x (s j)) in *.
  assert (E : forall (v w : field), Qeq (total (fun k => (eval x (along v (N (Pos.of_succ_nat k))) *
      eval x (w (Pos.of_succ_nat k)))%Q) (seq 0 D)) (total (fun k => (slope x (fun j => eval x (v j))
      (N (Pos.of_succ_nat k)) * eval x (w (Pos.of_succ_nat k)))%Q) (seq 0 D))).
  { intros v w. apply total_same. intros k _. rewrite eval_along. reflexivity. }
  rewrite !E. clear E.
  assert (E : Qeq (total (fun k => (eval x (N (Pos.of_succ_nat k)) * eval x (memo D (bracket s t)
      (Pos.of_succ_nat k)))%Q) (seq 0 D))
    (total (fun k => (n k * slope x at_t (s (Pos.of_succ_nat k)))%Q) (seq 0 D) +
     -1 * total (fun k => (n k * slope x at_s (t (Pos.of_succ_nat k)))%Q) (seq 0 D))).
  { rewrite <- total_scale, <- total_plus. apply total_same. intros k _. rewrite memo_same, eval_bracket.
    fold at_t at_s (n k). ring. }
  rewrite E in F. clear E. fold at_t at_s.
  set (a := total (fun k => (slope x at_t _ * _)%Q) _) in *. set (b := total (fun k => (slope x at_s _ * _)%Q) _) in *.
  set (c := total (fun k => (n k * slope x at_t _)%Q) _) in *.
  set (d := total (fun k => (n k * slope x at_s _)%Q) _) in *.
  fold at_t in A. fold at_s in B. change (Qeq (a + c) (slope x at_t m * eval x q + eval x m * slope x at_t q)) in A.
  change (Qeq (b + d) (slope x at_s m * eval x r + eval x m * slope x at_s r)) in B.
  clearbody a b c d. clear - A B F.
  assert (A' : Qeq a (slope x at_t m * eval x q + eval x m * slope x at_t q - c)) by (rewrite <- A; ring).
  assert (B' : Qeq b (slope x at_s m * eval x r + eval x m * slope x at_s r - d)) by (rewrite <- B; ring).
  assert (F' : Qeq c (eval x m * (slope x at_t q - slope x at_s r) + d)) by (rewrite F; ring).
  rewrite A', B', F'. ring.
Qed.

Lemma flat_sound D g t r s q y : real y (bottom g) <> 0 -> inside D t -> inside D s ->
  has_value D (bottom g) (top D g) (t, r) = true -> has_value D (bottom g) (top D g) (s, q) = true ->
  flat D (bottom g) (top D g) (t, r) (s, q) = true ->
  twisted D (quotient_slope D g y) (value y t) (value y s) = 0.
Proof.
  intros Z T S VT VS C. assert (F : real y (curl D (bottom g) (top D g) t s) = 0).
  { transitivity (real y []); [| reflexivity]. apply real_same. intros x. exact (curl_zero D _ _ t r s q x VT VS C). }
  unfold curl in F. rewrite !real_sub, !real_mul, !real_sub, !real_pair in F. unfold twisted.
  assert (E : forall v w, inside D v -> dot D (fun i => dot D (quotient_slope D g y i) (value y v)) (value y w) =
    / Rsqr (real y (bottom g)) * (real y (bottom g) * dot D (value y (fun i => along v (top D g i))) (value y w) -
      real y (along v (bottom g)) * dot D (value y (top D g)) (value y w))).
  { intros v w V. rewrite dot_commutes, (dot_same D _ (value y w) _ (fun i => / Rsqr (real y (bottom g)) *
      (real y (bottom g) * value y (fun i => along v (top D g i)) i +
       - real y (along v (bottom g)) * value y (top D g) i))); [| reflexivity |].
    - rewrite dot_scale, dot_plus, !dot_scale, !(dot_commutes D (value y w)). ring.
    - intros i _. rewrite dot_quotient, <- (inside_direction D v y V), <- !real_along. unfold value, Rdiv. ring. }
  rewrite !E by assumption. rewrite <- Rmult_minus_distr_l.
  match goal with |- _ * ?r = 0 => replace r with 0 end; [ring |]. lra.
Qed.

(* ------------------------------------------------------------------ the check is right *)

Lemma pair_sparse_pair D N l v y : is_on D N -> stands l v -> real y (pair_sparse N l) = real y (pair D N v).
Proof.
  intros O S. apply real_same. intros x. unfold pair. rewrite eval_pair_sparse, eval_sum, total_map.
  transitivity (total (fun k => total (fun e => (if Pos.eqb (fst e) (Pos.of_succ_nat k)
    then eval x (N (Pos.of_succ_nat k)) * eval x (snd e) else 0)%Q) l) (seq 0 D)).
  - rewrite total_swap. apply total_same. intros e _. rewrite (stands_on D N O x (fst e)), eval_coordinate.
    unfold sparse_on. rewrite total_map, Qmult_comm, <- total_scale. apply total_same. intros k _. cbn [fst snd].
    rewrite Pos.eqb_sym. destruct (Pos.eqb (fst e) (Pos.of_succ_nat k)); ring.
  - apply total_same. intros k _. cbv zeta.
    rewrite eval_mul, (S x (Pos.of_succ_nat k)), eval_coordinate, <- total_scale.
    apply total_same. intros e _. destruct (Pos.eqb (fst e) (Pos.of_succ_nat k)); ring.
Qed.

Lemma stand_on {A} D (v : A -> field) l : (forall a, In a l -> is_on D (v a)) ->
  Forall2 stands (map (fun a => sparse_on D (v a)) l) (map v l).
Proof.
  intros V. induction l as [| a l IH]; constructor; [apply stands_on, V; left; reflexivity |].
  apply IH. intros b I. apply V. right. exact I.
Qed.

Lemma nonzero_near x m : negb (Qeq_bool (fast_eval x m) 0) = true -> near (rational x) (fun y => real y m <> 0).
Proof.
  intros Z. apply near_nonzero; [apply tame_real |]. rewrite real_rational. intros E.
  assert (Q : Qeq (eval x m) 0) by (apply eqR_Qeq; rewrite E; symmetry; apply Q2R_0).
  rewrite <- fast_eval_same in Q. apply Qeq_bool_iff in Q. rewrite Q in Z. discriminate Z.
Qed.

Lemma with_value D fields t : In t (fields_of D (map fst fields)) -> exists r, In (t, r) (with_values D fields).
Proof.
  unfold with_values, fields_of. induction fields as [| [f r] fields IH]; intros I; [destruct I |].
  destruct I as [<- | I]; [exists r; left; reflexivity |]. destruct (IH I) as [q J]. exists q. right. exact J.
Qed.

Theorem given_check_sound D ls W x p before g fields : (forall v, In v W -> is_on D v) -> Forall2 stands ls W ->
  given_check D ls x p before g fields = true ->
  flat_on D W g /\ (whole_list before g /\ match g with Polynomial h => law D W h | _ => True end) /\
  Forall (fun j => j < length before)%nat (modulo g) /\
  near (rational (point_of x)) (fun y => Forall (fun g' => real y (bottom g') <> 0) (known before g) ->
    closed_on_leaves D (known before g) g y).
Proof.
  intros V S H. assert (IW : forall v, In v W -> inside D v) by (intros v J; apply inside_is_on, V, J).
  destruct g as [h | m N js].
  - simpl in H. apply (is_law_sound D ls W h S) in H. split; [apply flat_polynomial; assumption |].
    split; [split; [intros j i [] | exact H] |].
    split; [constructor |]. exists 1. split; [lra |]. intros. apply closed_polynomial.
  - cbn [given_check] in H. set (g := Form m N js) in *. rewrite !andb_true_iff in H.
    destruct H as ((((((F & Z) & J) & L) & R) & O) & (VA & P)). cbn [modulo g].
    set (ks := map (top D) (known before g)) in *. set (ts := fields_of D (map fst fields)) in *.
    assert (T : forall t, In t ts -> inside D t) by (intros t I; apply inside_is_on, (fields_on D (map fst fields)), I).
    rewrite forallb_forall in J. split; [| split; [split; [| exact Logic.I] | split]].
    + intros v y I. rewrite <- real_pair. rewrite forallb_forall in F. clear - S F I.
      induction S as [| l u ls W L S IH]; [destruct I |]. destruct I as [<- | I].
      * rewrite <- (pair_sparse_pair D _ l _ y (top_on D g) L). apply nothing_zero, F. left. reflexivity.
      * apply IH; [intros k K; apply F; right; exact K | exact I].
    + intros j i Ij Ii. specialize (J j Ij). apply andb_prop in J. destruct J as [_ J]. rewrite forallb_forall in J.
      specialize (J i Ii). apply existsb_exists in J.
      destruct J as (k & K & E). apply Nat.eqb_eq in E. subst k. exact K.
    + apply Forall_forall. intros j I. specialize (J j I). apply andb_prop in J. apply Nat.ltb_lt, J.
    + apply (independent_values_sound D x p _ (map (fun v => v) (ks ++ ts))) in R.
      2: { apply stand_on. intros v J'. apply in_app_iff in J'. destruct J' as [J' | J'].
           - apply in_map_iff in J'. destruct J' as (k & <- & _). apply top_on.
           - exact (fields_on D (map fst fields) v J'). }
      rewrite map_id in R. generalize (near_and _ _ _ (values_near D _ _ R) (nonzero_near (point_of x) m Z)).
      apply near_weaken. intros y [I Y] B. split; [exact Y |]. exists (quotient_slope D g y).
      split; [intros u i _; apply differential_slope, Y |].
      assert (span : forall u, tangent D (known before g) y u ->
        exists c, forall i, (i < D)%nat -> u i = combination c (map (value y) ts) i).
      { intros u U. rewrite map_app in I. apply (kernel_span D (map (value y) ks)).
        - exact I.
        - rewrite <- map_app, map_length, app_length. apply Nat.eqb_eq, L.
        - intros k t K K2. apply in_map_iff in K. apply in_map_iff in K2.
          destruct K as (k' & <- & K), K2 as (t' & <- & K2).
          rewrite <- real_pair. apply nothing_zero. rewrite forallb_forall in O. specialize (O k' K).
          rewrite forallb_forall in O. apply O, K2.
        - intros k K. apply in_map_iff in K. destruct K as (k' & <- & K). apply in_map_iff in K.
          destruct K as (g' & <- & K). specialize (U g' K). rewrite dot_differential in U.
          rewrite Forall_forall in B. specialize (B g' K). apply Rmult_integral in U.
          destruct U as [U | U]; [exact U |].
          apply Rinv_neq_0_compat in B. contradiction. }
      intros u w U U'. destruct (span u U) as [c C], (span w U') as [d E].
      assert (TW : twisted D (quotient_slope D g y) u w = 0); [| unfold twisted in TW; lra].
      apply (twisted_span D _ (map (value y) ts) u w c d); [| exact C | exact E].
      intros v v' K K'. apply in_map_iff in K. apply in_map_iff in K'. destruct K as (t & <- & K), K' as (s & <- & K').
      destruct (with_value D fields t K) as [r Kr], (with_value D fields s K') as [q Kq]. rewrite forallb_forall in VA.
      assert (A : forall a b, In a (with_values D fields) -> In b (with_values D fields) ->
        flat D m (top D g) a b = true \/ flat D m (top D g) b a = true \/ a = b).
      { apply (all_pairs_all _ _ _ P); [auto | | auto]. intros a b [A | [A | ->]]; auto. }
      destruct (A _ _ Kr Kq) as [A' | [A' | A']].
      * apply (flat_sound D g t r s q); auto.
      * rewrite twisted_swap, (flat_sound D g s q t r) by auto. ring.
      * injection A' as -> _. unfold twisted. ring.
Qed.

Lemma givens_check_sound D ls W x p before gs fields : (forall v, In v W -> is_on D v) -> Forall2 stands ls W ->
  Forall (flat_on D W) before -> givens_check D ls x p before gs fields = true ->
  each (law_everywhere D W) before gs /\ Forall (flat_on D W) gs /\
  near (rational (point_of x)) (fun y => Forall (fun g => real y (bottom g) <> 0) before ->
    each (fun b g => closed_on_leaves D (known b g) g y) before gs).
Proof.
  intros V S. assert (IW : forall v, In v W -> inside D v) by (intros v J; apply inside_is_on, V, J).
  revert before fields. induction gs as [| g gs IH]; intros before [| ts fields] B H; try discriminate.
  - split; [exact Logic.I |]. split; [constructor |]. exists 1. split; [lra |]. intros. exact Logic.I.
  - simpl in H. apply andb_prop in H. destruct H as [A H]. apply (given_check_sound D ls W) in A; [| exact V | exact S].
    destruct A as (F & L & J & N).
    destruct (IH (before ++ [g]) fields) as (E & F' & M); [apply Forall_app; auto | exact H |].
    split; [| split; [constructor; assumption |]].
    + split; [| exact E]. split; [| exact L]. apply kept_if_flat; auto. apply known_from; assumption.
    + generalize (near_and _ _ _ N M). apply near_weaken. intros y [C K] Z.
      pose proof (C (known_from before g Z J)) as C'. split; [exact C' |]. apply K, Forall_app. split; [exact Z |].
      constructor; [apply C' | constructor].
Qed.

(* At y: there are the laws that are listed, closed and independent; and no more than M, of whatever form. *)
Definition listed (D : nat) (W : list field) (gs : list given) (R M : nat) (y : point) : Prop :=
  dim_Lie_at_least D W y R /\ dim_Lie_at_most D W y (D - length gs) /\ smooth_laws_at_most D W y M /\
  independent D (map (differential D y) gs) /\
  each (fun before g => closed_on_leaves D (known before g) g y) [] gs.

Theorem list_of_laws D ls W x p fs words gs fields : (forall v, In v W -> is_on D v) -> Forall2 stands ls W ->
  words_check D ls x p fs words = true -> listed_check D ls x p gs fields = true ->
  each (law_everywhere D W) [] gs /\
  near (rational (point_of x)) (listed D W gs (length words) (D - length words)).
Proof.
  intros V S A B. apply (words_check_sound _ _ _ _ _ _ _ S) in A. apply andb_prop in B. destruct B as [I B].
  assert (IW : forall v, In v W -> inside D v) by (intros v J; apply inside_is_on, V, J).
  destruct (givens_check_sound D ls W x p [] gs fields V S (Forall_nil _) B) as (E & F & N). split; [exact E |].
  set (closed := fun y => each (fun b g => closed_on_leaves D (known b g) g y) [] gs).
  assert (U : near (rational (point_of x)) (fun y => near y closed)).
  { apply near_is_open. revert N. apply near_weaken. intros y K. exact (K (Forall_nil _)). }
  apply (independent_values_sound D x p _ (map (top D) gs)) in I; [| apply stand_on; intros; apply top_on].
  generalize (near_and _ _ _ (Lie_near D W _ _ (proj1 A) (proj2 A)) (near_and _ _ _ (values_near D _ _ I) U)).
  apply near_weaken. rewrite map_length. intros y (L & J & K). pose proof (near_here y _ K) as C.
  assert (J' : independent D (map (differential D y) gs)).
  { rewrite map_map in J. exact (independent_scaled D _ (fun g => real y (bottom g)) gs (each_bottoms D y [] gs C) J). }
  repeat split; [exact L | | apply at_most_smooth_laws; assumption | exact J' | exact C].
  intros Xs LX IX. enough (B' : (length (map (differential D y) gs ++ map (value y) Xs) <= D)%nat).
  { rewrite app_length, !map_length in B'. lia. }
  apply independent_bound, independent_app; [exact J' | exact IX |].
  intros u w Ju Jw. apply in_map_iff in Ju. apply in_map_iff in Jw. destruct Ju as (g & <- & Ju), Jw as (X & <- & Jw).
  rewrite Forall_forall in LX.
  apply (Lie_on_leaves D W (fun z => near z closed) [] gs); auto; [apply near_is_open | | intros ? ? []].
  intros z Uz. exact (near_here z _ Uz).
Qed.
