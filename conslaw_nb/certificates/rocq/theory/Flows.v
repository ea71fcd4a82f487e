From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lra Lia FunctionalExtensionality.
From Conslaw Require Import Polynomials RealValues Independence Models Laws.
Import ListNotations.
Local Open Scope R_scope.

(* ------------------------------------------------------------------ laws are constant along flows *)

(* The chain rule. *)
Lemma chain_rule (path : R -> point) (y : point) t p :
  (forall j, derivable_pt_lim (fun s => path s j) t (y j)) ->
  derivable_pt_lim (fun s => real (path s) p) t (real_slope (path t) y p).
Proof.
  intros H. assert (M : forall m, derivable_pt_lim (fun s => real_mono (path s) m) t (real_slope_mono (path t) y m)).
  { induction m as [| j m IH]; simpl; [apply derivable_pt_lim_const |].
    exact (derivable_pt_lim_mult (fun s => path s j) _ t _ _ (H j) IH). }
  induction p as [| [c m] p IH]; simpl; [apply derivable_pt_lim_const |].
  apply (derivable_pt_lim_plus (fun s => Q2R c * real_mono (path s) m)); [| exact IH].
  exact (derivable_pt_lim_scal (fun s => real_mono (path s) m) (Q2R c) t _ (M m)).
Qed.

(* What happens in coordinates beyond D is nothing to a polynomial in the variables 1 ... D. *)
Definition first (D : nat) (y : point) : point := fun j => if Nat.leb (Pos.to_nat j) D then y j else 0.

Lemma over_cons D c m p : over D ((c, m) :: p) = true ->
  forallb (fun j => Nat.leb (Pos.to_nat j) D) m = true /\ over D p = true.
Proof. intros H. apply andb_prop in H. exact H. Qed.

Lemma real_first D x p : over D p = true -> real (first D x) p = real x p.
Proof.
  induction p as [| [c m] p IH]; intros H; [reflexivity |]. apply over_cons in H. destruct H as [M H].
  simpl. rewrite IH by exact H. f_equal. f_equal. clear - M. induction m as [| j m IH]; [reflexivity |].
  simpl in M. apply andb_prop in M. destruct M as [J M]. simpl. rewrite IH by exact M.
  unfold first. rewrite J. reflexivity.
Qed.

Lemma slope_first D x y p : over D p = true -> real_slope x (first D y) p = real_slope x y p.
Proof.
  induction p as [| [c m] p IH]; intros H; [reflexivity |]. apply over_cons in H. destruct H as [M H].
  simpl. rewrite IH by exact H. f_equal. f_equal. clear - M. induction m as [| j m IH]; [reflexivity |].
  simpl in M. apply andb_prop in M. destruct M as [J M]. simpl. rewrite IH by exact M.
  unfold first. rewrite J. reflexivity.
Qed.

Lemma chain_rule_over D (path : R -> point) (y : point) t p : over D p = true ->
  (forall j, (Pos.to_nat j <= D)%nat -> derivable_pt_lim (fun s => path s j) t (y j)) ->
  derivable_pt_lim (fun s => real (path s) p) t (real_slope (path t) y p).
Proof.
  intros O H. assert (C : derivable_pt_lim (fun s => real (first D (path s)) p) t
                            (real_slope (first D (path t)) (first D y) p)).
  { apply (chain_rule (fun s => first D (path s))). intros j. unfold first.
    destruct (Nat.leb_spec (Pos.to_nat j) D); [apply H; assumption | apply derivable_pt_lim_const]. }
  rewrite slope_first in C by exact O.
  replace (fun s => real (path s) p) with (fun s => real (first D (path s)) p) by
    (apply functional_extensionality; intros s; apply real_first, O).
  replace (real_slope (path t) y p) with (real_slope (first D (path t)) y p); [exact C |].
  clear - O. induction p as [| [c m] p IH]; [reflexivity |]. apply over_cons in O. destruct O as [M O].
  simpl. rewrite IH by exact O. f_equal. f_equal. clear - M.
  induction m as [| j m IH]; [reflexivity |]. simpl in M. apply andb_prop in M. destruct M as [J M].
  assert (V : real_mono (first D (path t)) m = real_mono (path t) m).
  { pose proof (real_first D (path t) [(1%Q, m)]) as E. simpl in E.
    rewrite !Q2R_1, !Rmult_1_l, !Rplus_0_r in E. apply E. unfold over. simpl. rewrite M. reflexivity. }
  simpl. rewrite IH, V by exact M. unfold first. rewrite J. reflexivity.
Qed.

(* The slope is linear in the direction. *)
Lemma slope_combination x c (ys : list point) p :
  real_slope x (fun j => fold_right (fun ay s => fst ay * snd ay j + s) 0 (combine c ys)) p =
  fold_right (fun ay s => fst ay * real_slope x (snd ay) p + s) 0 (combine c ys).
Proof.
  induction (combine c ys) as [| [a y] l IH]; simpl.
  - transitivity (real_slope x (fun j => 0 * 0) p); [apply real_slope_same; intros; ring |].
    rewrite (real_slope_scale x 0 (fun _ => 0)). ring.
  - rewrite (real_slope_plus x (fun j => a * y j)), real_slope_scale, IH. reflexivity.
Qed.

(* The path follows W during (a, b): its velocity is at all times a combination of the fields of W, with any
   coefficients, which may depend on time in any way. *)
Definition velocity (c : list R) (W : list field) (x : point) : point :=
  fun j => fold_right (fun ay s => fst ay * snd ay j + s) 0 (combine c (map (fun v i => real x (v i)) W)).

Definition follows (D : nat) (W : list field) (path : R -> point) (a b : R) : Prop :=
  forall t, a < t < b -> exists c, forall j, (Pos.to_nat j <= D)%nat ->
    derivable_pt_lim (fun s => path s j) t (velocity c W (path t) j).

Definition constant_along (f : point -> R) (path : R -> point) (a b : R) : Prop :=
  forall s t, a < s < b -> a < t < b -> f (path s) = f (path t).

Lemma constant_if_flat (f : R -> R) a b : (forall t, a < t < b -> derivable_pt_lim f t 0) ->
  forall s t, a < s < b -> a < t < b -> f s = f t.
Proof.
  intros H. assert (L : forall s t, a < s < b -> a < t < b -> s < t -> f s = f t).
  { intros s t S T O. destruct (MVT_cor2 f (fun _ => 0) s t O) as (c & E & _); [| lra].
    intros c C. apply H. lra. }
  intros s t S T. destruct (Rtotal_order s t) as [O | [-> | O]]; [auto | reflexivity | symmetry; auto].
Qed.

Theorem laws_are_constant_along_flows D W h path a b :
  law D W h -> follows D W path a b -> constant_along (fun x => real x h) path a b.
Proof.
  intros [O L] F. unfold constant_along. apply (constant_if_flat (fun s => real (path s) h)).
  intros t T. destruct (F t T) as [c C].
  replace 0 with (real_slope (path t) (velocity c W (path t)) h).
  - exact (chain_rule_over D path _ t h O C).
  - unfold velocity. rewrite slope_combination.
    assert (Z : forall (V : list field) d, (forall v, In v V -> In v W) ->
      fold_right (fun ay s => fst ay * real_slope (path t) (snd ay) h + s) 0
        (combine d (map (fun (v : field) i => real (path t) (v i)) V)) = 0).
    { induction V as [| v V IH]; intros [| q d] I; simpl; try reflexivity.
      rewrite IH by (simpl in I; auto). rewrite <- real_along, L by (apply I; simpl; auto). ring. }
    apply Z. auto.
Qed.

(* ------------------------------------------------------------------ gradient flow of a loss *)

(* The loss sees the parameters only through phi: E(theta) = loss(phi(theta)). It is any function that is
   differentiable in the sense of Frechet at the values that phi takes along the path. *)
Definition outputs (phi : list poly) (x : point) : list R := map (real x) phi.

Fixpoint sum_of (l : list R) : R := match l with [] => 0 | a :: l' => a + sum_of l' end.

Definition products (g d : list R) : R := sum_of (map (fun ab => fst ab * snd ab) (combine g d)).
Definition differences (z y : list R) : list R := map (fun ab => fst ab - snd ab) (combine z y).

Definition differentiable_at (loss : list R -> R) (y g : list R) : Prop :=
  length g = length y /\ forall e, 0 < e -> exists d, 0 < d /\ forall z, length z = length y ->
    Forall (fun r => Rabs r < d) (differences z y) ->
    Rabs (loss z - loss y - products g (differences z y)) <= e * sum_of (map Rabs (differences z y)).

Definition moved (x : point) (s : R) (y : point) : point := fun j => x j + s * y j.

Definition axis (i : positive) : point := fun j => if Pos.eqb i j then 1 else 0.

(* theta_i' = - dE/dtheta_i for i = 1 ... D, during (a, b). *)
Definition gradient_flow (D : nat) (energy : point -> R) (path : R -> point) (a b : R) : Prop :=
  forall t, a < t < b -> forall i, (Pos.to_nat i <= D)%nat -> exists e,
    derivable_pt_lim (fun s => energy (moved (path t) s (axis i))) 0 e /\
    derivable_pt_lim (fun s => path s i) t (- e).

Lemma along_a_line x y p : derivable_pt_lim (fun s => real (moved x s y) p) 0 (real_slope x y p).
Proof.
  replace (real_slope x y p) with (real_slope (moved x 0 y) y p).
  2: { f_equal. apply functional_extensionality. intros j. unfold moved. ring. }
  apply (chain_rule (fun s => moved x s y)). intros j. unfold moved.
  assert (H : derivable_pt_lim (fun s => x j + s * y j) 0 (0 + (1 * y j + 0 * 0))).
  { apply (derivable_pt_lim_plus (fun _ => x j) (fun s => s * y j)); [apply derivable_pt_lim_const |].
    exact (derivable_pt_lim_mult (fun s => s) (fun _ => y j) 0 1 0 (derivable_pt_lim_id 0)
             (derivable_pt_lim_const _ 0)). }
  replace (0 + (1 * y j + 0 * 0)) with (y j) in H by ring. exact H.
Qed.

(* The differences of the outputs, divided by s, come as near to their derivatives as one wants. *)
Lemma outputs_near phi x y e : 0 < e -> exists d, 0 < d /\ forall s, s <> 0 -> Rabs s < d ->
  Forall2 (fun r l => Rabs (r / s - l) < e) (differences (outputs phi (moved x s y)) (outputs phi x))
    (map (real_slope x y) phi).
Proof.
  intros E. induction phi as [| f phi (d & D & H)].
  - exists 1. split; [lra |]. intros. constructor.
  - destruct (along_a_line x y f e E) as [[d' D'] H']. simpl in H'. exists (Rmin d d').
    split; [apply Rmin_pos; assumption |]. intros s S B.
    pose proof (Rmin_l d d'). pose proof (Rmin_r d d'). constructor; [| apply H; [exact S | lra]].
    specialize (H' s S ltac:(lra)). rewrite Rplus_0_l in H'. simpl.
    replace (moved x 0 y) with x in H' by (apply functional_extensionality; intros j; unfold moved; ring).
    exact H'.
Qed.

Lemma chain_of_loss loss phi x y g : differentiable_at loss (outputs phi x) g ->
  derivable_pt_lim (fun s => loss (outputs phi (moved x s y))) 0 (products g (map (real_slope x y) phi)).
Proof.
  intros [LG H] e E. set (ls := map (real_slope x y) phi).
  set (G := sum_of (map Rabs g)). set (K := sum_of (map Rabs ls)). set (n := INR (length phi)).
  assert (N0 : 0 <= n) by apply pos_INR.
  assert (P : forall l, 0 <= sum_of (map Rabs l)).
  { induction l as [| r l IH]; simpl; [lra |]. pose proof (Rabs_pos r). lra. }
  assert (G0 : 0 <= G) by apply P. assert (K0 : 0 <= K) by apply P.
  set (e1 := e / (2 * (K + n + 1))).
  assert (E1 : 0 < e1) by (apply Rdiv_lt_0_compat; lra).
  set (e2 := Rmin 1 (e / (2 * (G + 1)))).
  assert (E2' : 0 < e / (2 * (G + 1))) by (apply Rdiv_lt_0_compat; lra).
  assert (E2 : 0 < e2) by (apply Rmin_pos; lra).
  destruct (H e1 E1) as (d & D & HL). destruct (outputs_near phi x y e2 E2) as (d' & D' & HO).
  assert (Q : 0 < d / (K + 1)) by (apply Rdiv_lt_0_compat; lra).
  set (q := Rmin d' (d / (K + 1))). assert (q0 : 0 < q) by (apply Rmin_pos; lra).
  exists (mkposreal q q0). simpl. intros s S B. rewrite Rplus_0_l.
  replace (moved x 0 y) with x by (apply functional_extensionality; intros j; unfold moved; ring).
  pose proof (Rmin_l d' (d / (K + 1))) as q1. pose proof (Rmin_r d' (d / (K + 1))) as q2. fold q in q1, q2.
  specialize (HO s S ltac:(lra)). set (z := outputs phi (moved x s y)) in *. set (w := outputs phi x) in *.
  set (r := differences z w) in *. fold ls in HO.
  assert (LZ : length z = length w) by (unfold z, w, outputs; rewrite !map_length; reflexivity).
  assert (E21 : e2 <= 1) by apply Rmin_l. assert (E22 : e2 <= e / (2 * (G + 1))) by apply Rmin_r.
  assert (S0 : 0 < Rabs s) by (apply Rabs_pos_lt; exact S).
  (* every difference is small *)
  assert (each : forall l' r', Forall2 (fun r l => Rabs (r / s - l) < e2) r' l' ->
    Forall2 (fun r l => Rabs r <= Rabs s * (Rabs l + e2)) r' l').
  { intros l' r' F. induction F as [| u l r' l' U F IH]; constructor; [| exact IH].
    replace u with (s * (u / s)) by (field; exact S). rewrite Rabs_mult. apply Rmult_le_compat_l; [lra |].
    replace (u / s) with (u / s - l + l) by ring. eapply Rle_trans; [apply Rabs_triang | lra]. }
  pose proof (each _ _ HO) as HR.
  assert (small : Forall (fun r => Rabs r < d) r).
  { assert (B2 : Rabs s * (K + 1) < d).
    { apply Rlt_le_trans with (d / (K + 1) * (K + 1)); [apply Rmult_lt_compat_r; lra |].
      right. field. lra. }
    assert (KL : Forall (fun l => Rabs l <= K) ls).
    { unfold K. clear - P. induction ls as [| l ls IH]; constructor.
      - simpl. pose proof (P ls). lra.
      - simpl. pose proof (Rabs_pos l). eapply Forall_impl; [| exact IH]. simpl. intros. lra. }
    revert KL HR. generalize ls. clear - B2 E21 S0. induction r as [| u r IH]; intros l KL F; constructor.
    - inversion F as [| ? ? r1 l1 U F1]. subst. inversion KL. subst. eapply Rle_lt_trans; [exact U |].
      eapply Rle_lt_trans; [| exact B2]. apply Rmult_le_compat_l; lra.
    - inversion F as [| ? ? r1 l1 U F1]. subst. inversion KL. subst. eapply IH; eassumption. }
  specialize (HL z LZ small). fold r in HL.
  (* their sum *)
  assert (sums : sum_of (map Rabs r) <= Rabs s * (K + n)).
  { assert (A : sum_of (map Rabs r) <= Rabs s * (sum_of (map Rabs ls) + INR (length ls) * e2)).
    { clear - HR. induction HR as [| u l r' l' U F IH]; [simpl; lra |].
      cbn [map sum_of length]. rewrite S_INR. lra. }
    eapply Rle_trans; [exact A |]. apply Rmult_le_compat_l; [lra |]. fold K. unfold ls. rewrite map_length. fold n.
    assert (n * e2 <= n * 1) by (apply Rmult_le_compat_l; lra). lra. }
  (* the linear part *)
  assert (linear : Rabs (products g r / s - products g ls) <= G * e2).
  { unfold G. clearbody e2 ls r. clear - HO S E2 P. unfold products. revert g.
    assert (nothing : forall g, Rabs (0 / s - 0) <= sum_of (map Rabs g) * e2).
    { intros g. unfold Rdiv. rewrite Rmult_0_l, Rminus_0_r, Rabs_R0. apply Rmult_le_pos; [apply P | lra]. }
    induction HO as [| u l r' l' U F IH]; intros [| a g]; try apply (nothing (a :: g)); try apply (nothing []).
    - cbn [combine map sum_of fst snd]. specialize (IH g).
      replace ((a * u + sum_of (map (fun ab => fst ab * snd ab) (combine g r'))) / s -
               (a * l + sum_of (map (fun ab => fst ab * snd ab) (combine g l')))) with
        (a * (u / s - l) + (sum_of (map (fun ab => fst ab * snd ab) (combine g r')) / s -
                            sum_of (map (fun ab => fst ab * snd ab) (combine g l')))) by (field; exact S).
      eapply Rle_trans; [apply Rabs_triang |]. rewrite Rabs_mult.
      assert (Rabs a * Rabs (u / s - l) <= Rabs a * e2) by (apply Rmult_le_compat_l; [apply Rabs_pos | lra]). lra. }
  replace ((loss z - loss w) / s - products g ls) with
    ((loss z - loss w - products g r) / s + (products g r / s - products g ls)) by (field; exact S).
  eapply Rle_lt_trans; [apply Rabs_triang |].
  assert (A : Rabs ((loss z - loss w - products g r) / s) <= e1 * (K + n)).
  { unfold Rdiv. rewrite Rabs_mult, Rabs_inv by exact S.
    apply Rle_trans with (e1 * (Rabs s * (K + n)) * / Rabs s).
    - apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; lra |].
      eapply Rle_trans; [exact HL |]. apply Rmult_le_compat_l; lra.
    - right. field. lra. }
  assert (e1 * (K + n) < e / 2).
  { unfold e1. apply Rlt_le_trans with (e / (2 * (K + n + 1)) * (K + n + 1)).
    - apply Rmult_lt_compat_l; [exact E1 | lra].
    - right. field. lra. }
  assert (G * e2 <= e / 2).
  { apply Rle_trans with ((G + 1) * (e / (2 * (G + 1)))); [apply Rmult_le_compat; lra |]. right. field. lra. }
  lra.
Qed.

Lemma real_partial x i p : real x (partial i p) = real_slope x (axis i) p.
Proof.
  unfold partial. rewrite real_along. apply real_slope_same. intros j. unfold unit, axis.
  destruct (Pos.eqb i j); simpl; [rewrite Q2R_1 |]; ring.
Qed.

Lemma gradient_flow_follows D phi loss path a b :
  (forall t, a < t < b -> exists g, differentiable_at loss (outputs phi (path t)) g) ->
  gradient_flow D (fun x => loss (outputs phi x)) path a b -> follows D (gradients D phi) path a b.
Proof.
  intros L F t T. destruct (L t T) as [g G]. exists (map Ropp g). intros j J.
  destruct (F t T j J) as (e & E & P). replace (velocity _ _ _ j) with (- e); [exact P |].
  rewrite (uniqueness_limite _ _ _ _ E (chain_of_loss loss phi (path t) (axis j) g G)).
  unfold velocity, products, gradients. rewrite map_map. clear - J. revert g.
  induction phi as [| f phi IH]; intros [| q g]; simpl; try ring.
  rewrite <- IH. unfold on. rewrite memo_same. destruct (Nat.leb_spec (Pos.to_nat j) D); [| lia].
  rewrite real_partial. ring.
Qed.

(* The law is constant while the network trains, whatever the data and the loss. *)
Corollary laws_are_constant_along_gradient_flow D phi loss h path a b :
  law D (gradients D phi) h ->
  (forall t, a < t < b -> exists g, differentiable_at loss (outputs phi (path t)) g) ->
  gradient_flow D (fun x => loss (outputs phi x)) path a b ->
  constant_along (fun x => real x h) path a b.
Proof.
  intros H L F. exact (laws_are_constant_along_flows D _ h path a b H (gradient_flow_follows _ _ _ _ _ _ L F)).
Qed.
