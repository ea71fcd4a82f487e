From Coq Require Import List Bool Arith ZArith QArith Reals Lra Lia FunctionalExtensionality.
From Conslaw Require Import Polynomials RealValues Independence Models Laws Flows Lie.
Import ListNotations.
Local Open Scope R_scope.

(* ------------------------------------------------------------------ laws that need not be polynomials *)

(* On the open set U, h is twice continuously differentiable in the coordinates 1 ... D: G is its gradient, H its
   matrix of second derivatives. *)
Definition twice_differentiable (D : nat) (U : point -> Prop) (h : point -> R) (G : point -> vector)
  (H : point -> nat -> nat -> R) : Prop :=
  (forall x u, U x -> derivable_pt_lim (fun s => h (moved x s (direction D u))) 0 (dot D (G x) u)) /\
  (forall x u i, U x -> (i < D)%nat ->
     derivable_pt_lim (fun s => G (moved x s (direction D u)) i) 0 (dot D (H x i) u)) /\
  (forall x i j e, U x -> (i < D)%nat -> (j < D)%nat -> 0 < e -> near x (fun y => Rabs (H y i j - H x i j) < e)).

Definition basis (i : nat) : vector := fun k => if Nat.eqb i k then 1 else 0.

Lemma dot_basis D u i : (i < D)%nat -> dot D u (basis i) = u i.
Proof.
  assert (Z : forall n, (n <= i)%nat -> dot n u (basis i) = 0).
  { induction n as [| n IH]; intros L; cbn [dot]; [reflexivity |]. rewrite IH by lia. unfold basis.
    destruct (Nat.eqb_spec i n); [lia | ring]. }
  induction D as [| D IH]; intros L; [lia |]. cbn [dot]. unfold basis at 1. destruct (Nat.eqb_spec i D) as [-> | N].
  - rewrite Z by lia. ring.
  - rewrite IH by lia. ring.
Qed.

Lemma moved_moved x s t a : moved (moved x s a) t a = moved x (s + t) a.
Proof. apply functional_extensionality. intros j. unfold moved. ring. Qed.

Lemma moved_swap x s t a b : moved (moved x s a) t b = moved (moved x t b) s a.
Proof. apply functional_extensionality. intros j. unfold moved. ring. Qed.

Lemma derivable_shift (f : point -> R) x s a l :
  derivable_pt_lim (fun r => f (moved (moved x s a) r a)) 0 l -> derivable_pt_lim (fun r => f (moved x r a)) s l.
Proof.
  intros H e E. destruct (H e E) as [d K]. exists d. intros r N B. specialize (K r N B).
  rewrite Rplus_0_l, !moved_moved, Rplus_0_r in K. exact K.
Qed.

Section Schwarz.
  Variables (D : nat) (U : point -> Prop) (h : point -> R) (G : point -> vector) (H : point -> nat -> nat -> R).
  Hypothesis C : twice_differentiable D U h G H.

  Definition corner (x : point) (i j : nat) (s t : R) : point :=
    moved (moved x s (direction D (basis i))) t (direction D (basis j)).

  Lemma corner_close x i j s t d : 0 <= s <= d / 2 -> 0 <= t <= d / 2 -> close d x (corner x i j s t).
  Proof.
    intros S T k. unfold corner, moved, direction, first.
    assert (B : forall i', 0 <= (if Nat.leb (Pos.to_nat k) D then basis i' (pred (Pos.to_nat k)) else 0) <= 1).
    { intros i'. unfold basis. destruct (Nat.leb (Pos.to_nat k) D), (Nat.eqb i' (pred (Pos.to_nat k))); lra. }
    pose proof (B i) as Bi. pose proof (B j) as Bj.
    set (p := if Nat.leb (Pos.to_nat k) D then basis i (pred (Pos.to_nat k)) else 0) in *.
    set (q := if Nat.leb (Pos.to_nat k) D then basis j (pred (Pos.to_nat k)) else 0) in *.
    replace (x k - (x k + s * p + t * q)) with (- (s * p + t * q)) by ring. rewrite Rabs_Ropp.
    assert (0 <= s * p <= d / 2) by (split; [apply Rmult_le_pos; lra |]; nra).
    assert (0 <= t * q <= d / 2) by (split; [apply Rmult_le_pos; lra |]; nra).
    rewrite Rabs_pos_eq; lra.
  Qed.

  Definition second_difference (x : point) (i j : nat) (s : R) : R :=
    h (corner x i j s s) - h (corner x i j s 0) - h (corner x i j 0 s) + h (corner x i j 0 0).

  Lemma second_difference_swap x i j s : second_difference x i j s = second_difference x j i s.
  Proof.
    unfold second_difference, corner.
    rewrite !(moved_swap x _ _ (direction D (basis i)) (direction D (basis j))). ring.
  Qed.

  Lemma mean_value x i j s : (i < D)%nat -> (j < D)%nat -> 0 < s ->
    (forall u t, 0 <= u <= s -> 0 <= t <= s -> U (corner x i j u t)) ->
    exists u t, 0 <= u <= s /\ 0 <= t <= s /\ second_difference x i j s = H (corner x i j u t) i j * s * s.
  Proof.
    intros I J S N. destruct C as (C1 & C2 & _).
    assert (A : forall u t, 0 <= u <= s -> 0 <= t <= s ->
      derivable_pt_lim (fun r => h (corner x i j r t)) u (G (corner x i j u t) i)).
    { intros u t Iu It. unfold corner.
      replace (fun r => h (moved (moved x r (direction D (basis i))) t (direction D (basis j)))) with
        (fun r => h (moved (moved x t (direction D (basis j))) r (direction D (basis i)))) by
        (apply functional_extensionality; intros r; rewrite moved_swap; reflexivity).
      apply derivable_shift. rewrite moved_swap, <- (dot_basis D) by exact I. apply C1, N; assumption. }
    assert (B : forall u t, 0 <= u <= s -> 0 <= t <= s ->
      derivable_pt_lim (fun r => G (corner x i j u r) i) t (H (corner x i j u t) i j)).
    { intros u t Iu It. unfold corner.
      apply (derivable_shift (fun y => G y i)). rewrite <- (dot_basis D) by exact J.
      apply C2; auto. apply N; assumption. }
    destruct (MVT_cor2 (fun r => h (corner x i j r s) - h (corner x i j r 0))
      (fun r => G (corner x i j r s) i - G (corner x i j r 0) i) 0 s S) as (u & E & Iu).
    { intros u Iu. apply (derivable_pt_lim_minus (fun r => h (corner x i j r s))); apply A; lra. }
    destruct (MVT_cor2 (fun r => G (corner x i j u r) i) (fun r => H (corner x i j u r) i j) 0 s S) as (t & F & It).
    { intros t It. apply B; lra. }
    exists u, t. split; [lra |]. split; [lra |]. unfold second_difference.
    rewrite F in E. cbv beta in E. lra.
  Qed.

  (* Second derivatives are symmetric. *)
  Theorem schwarz x i j : open U -> U x -> (i < D)%nat -> (j < D)%nat -> H x i j = H x j i.
  Proof.
    intros O Ux I J. destruct (Req_dec (H x i j) (H x j i)) as [E | E]; [exact E | exfalso].
    set (e := Rabs (H x i j - H x j i) / 2).
    assert (E0 : 0 < e) by (unfold e; pose proof (Rabs_pos_lt (H x i j - H x j i)); lra).
    destruct C as (_ & _ & C3).
    destruct (near_and _ _ _ (O x Ux) (near_and _ _ _ (C3 x i j e Ux I J E0) (C3 x j i e Ux J I E0))) as (d & P & N).
    assert (K : forall a b u t, 0 <= u <= d / 2 -> 0 <= t <= d / 2 -> U (corner x a b u t)).
    { intros a b u t Iu It. apply N, corner_close; assumption. }
    destruct (mean_value x i j (d / 2) I J ltac:(lra) (K i j)) as (u & t & Iu & It & M).
    destruct (mean_value x j i (d / 2) J I ltac:(lra) (K j i)) as (v & w & Iv & Iw & M').
    rewrite second_difference_swap, M' in M.
    assert (Q : H (corner x i j u t) i j = H (corner x j i v w) j i).
    { apply (Rmult_eq_reg_r (d / 2 * (d / 2))); [lra |]. nra. }
    destruct (N _ (corner_close x i j u t d Iu It)) as (_ & A & _).
    destruct (N _ (corner_close x j i v w d Iv Iw)) as (_ & _ & B).
    rewrite Q in A. set (q := H (corner x j i v w) j i) in *.
    assert (T : Rabs (H x i j - H x j i) < e + e).
    { replace (H x i j - H x j i) with (- (q - H x i j) + (q - H x j i)) by ring.
      eapply Rle_lt_trans; [apply Rabs_triang |]. rewrite Rabs_Ropp. lra. }
    unfold e in T. lra.
  Qed.

  Corollary smooth_is_closed : open U -> closed_form D U G.
  Proof.
    intros O x Ux. exists (H x). split; [intros u i; apply C, Ux |]. intros u w _ _.
    apply quadratic_symmetric. intros i j I J. apply schwarz; assumption.
  Qed.
End Schwarz.

(* A law of W on U, in whatever form: twice continuously differentiable, with a gradient orthogonal to W. *)
Definition smooth_law (D : nat) (W : list field) (U : point -> Prop) (h : point -> R) (G : point -> vector) : Prop :=
  (exists H, twice_differentiable D U h G H) /\ forall v, In v W -> orthogonal D U G v.

(* At most k laws have independent gradients at x. *)
Definition smooth_laws_at_most (D : nat) (W : list field) (x : point) (k : nat) : Prop :=
  forall U, open U -> U x -> forall laws : list ((point -> R) * (point -> vector)),
  Forall (fun hG => smooth_law D W U (fst hG) (snd hG)) laws ->
  independent D (map (fun hG => snd hG x) laws) -> (length laws <= k)%nat.

Theorem at_most_smooth_laws D W x k : (forall v, In v W -> inside D v) -> dim_Lie_at_least D W x k ->
  smooth_laws_at_most D W x (D - k).
Proof.
  intros I L U O Ux laws F V.
  pose proof (forms_and_Lie D W x k I L U O Ux (map snd laws)) as B. rewrite map_length, map_map in B.
  apply B; [| exact V]. apply Forall_forall. intros G J. apply in_map_iff in J. destruct J as ([h G'] & <- & J).
  rewrite Forall_forall in F. destruct (F _ J) as [[H C] Z]. split; [| exact Z].
  exact (smooth_is_closed D U h G' H C O).
Qed.
