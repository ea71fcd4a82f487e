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

(* ------------------------------------------------------------------ differentiable functions *)

(* h is differentiable at x in the first D coordinates, in the sense of Frechet, and dh is its gradient. *)
Definition displacement (x y : point) : vector := fun i => y (Pos.of_succ_nat i) - x (Pos.of_succ_nat i).

Definition size (D : nat) (u : vector) : R := dot D (fun _ => 1) (fun i => Rabs (u i)).

Definition differentiable (D : nat) (h : point -> R) (x : point) (dh : vector) : Prop :=
  forall e, 0 < e -> exists d, 0 < d /\ forall y, (forall i, (i < D)%nat -> Rabs (displacement x y i) < d) ->
    Rabs (h y - h x - dot D dh (displacement x y)) <= e * size D (displacement x y).

Lemma size_each D u i : 0 <= size D u /\ ((i < D)%nat -> Rabs (u i) <= size D u).
Proof.
  unfold size. induction D as [| D [P IH]]; cbn [dot]; [split; [lra | lia] |]. pose proof (Rabs_pos (u D)).
  split; [lra |]. intros I. destruct (Nat.eq_dec i D) as [-> | N]; [lra |]. specialize (IH ltac:(lia)). lra.
Qed.

(* The chain rule: the path need only have a velocity. *)
Lemma chain_along D (h : point -> R) (path : R -> point) t (dh v : vector) : differentiable D h (path t) dh ->
  (forall i, (i < D)%nat -> derivable_pt_lim (fun s => path s (Pos.of_succ_nat i)) t (v i)) ->
  derivable_pt_lim (fun s => h (path s)) t (dot D dh v).
Proof.
  intros F P e E. destruct (size_each D v 0) as [K0 _], (size_each D dh 0) as [G0 _].
  set (K := size D v) in *. set (G := size D dh) in *. set (n := INR D). assert (N0 : 0 <= n) by apply pos_INR.
  set (e1 := e / (2 * (K + n + 1))). assert (E1 : 0 < e1) by (apply Rdiv_lt_0_compat; lra).
  assert (E2 : exists e2, 0 < e2 /\ e2 <= 1 /\ G * e2 <= e / 2).
  { exists (Rmin 1 (e / (2 * (G + 1)))). split; [apply Rmin_pos; [lra | apply Rdiv_lt_0_compat; lra] |].
    split; [apply Rmin_l |]. apply Rle_trans with ((G + 1) * (e / (2 * (G + 1)))); [| right; field; lra].
    apply Rmult_le_compat; try lra; [| apply Rmin_r].
    apply Rmin_glb; [lra | apply Rlt_le, Rdiv_lt_0_compat; lra]. }
  destruct E2 as (e2 & E2 & E21 & E22). destruct (F e1 E1) as (d & D0 & HF).
  assert (M : exists d', 0 < d' /\ forall s, s <> 0 -> Rabs s < d' -> forall i, (i < D)%nat ->
    Rabs (displacement (path t) (path (t + s)) i / s - v i) < e2).
  { clear - P E2. induction D as [| D IH]; [exists 1; split; [lra | intros; lia] |].
    destruct (IH (fun i I => P i (Nat.lt_lt_succ_r _ _ I))) as [b [B0 M]].
    destruct (P D (Nat.lt_succ_diag_r D) e2 E2) as [[d' D'] H].
    exists (Rmin b d'). split; [apply Rmin_pos; assumption |].
    intros s Z B i I. pose proof (Rmin_l b d'). pose proof (Rmin_r b d'). destruct (Nat.eq_dec i D) as [-> | X].
    - apply H; [exact Z | simpl; lra].
    - apply M; [exact Z | lra | lia]. }
  destruct M as (d' & D' & M).
  assert (Q : 0 < Rmin d' (d / (K + 1))) by (apply Rmin_pos; [| apply Rdiv_lt_0_compat]; lra).
  exists (mkposreal _ Q). simpl. intros s Z B.
  pose proof (Rmin_l d' (d / (K + 1))). pose proof (Rmin_r d' (d / (K + 1))). specialize (M s Z ltac:(lra)).
  assert (B2 : Rabs s * (K + 1) < d).
  { apply Rlt_le_trans with (d / (K + 1) * (K + 1)); [apply Rmult_lt_compat_r; lra | right; field; lra]. }
  specialize (HF (path (t + s))). set (r := displacement (path t) (path (t + s))) in *.
  assert (S0 : 0 < Rabs s) by (apply Rabs_pos_lt; exact Z).
  assert (R1 : forall i, (i < D)%nat -> Rabs (r i) <= Rabs s * (Rabs (v i) + e2)).
  { intros i I. specialize (M i I). replace (r i) with (s * (r i / s)) by (field; exact Z). rewrite Rabs_mult.
    apply Rmult_le_compat_l; [lra |]. replace (r i / s) with (r i / s - v i + v i) by ring.
    eapply Rle_trans; [apply Rabs_triang | lra]. }
  assert (small : forall i, (i < D)%nat -> Rabs (r i) < d).
  { intros i I. specialize (R1 i I). destruct (size_each D v i) as [_ V]. specialize (V I). fold K in V.
    eapply Rle_lt_trans; [exact R1 |]. eapply Rle_lt_trans; [| exact B2]. apply Rmult_le_compat_l; lra. }
  specialize (HF small).
  assert (sums : size D r <= Rabs s * (K + n)).
  { apply Rle_trans with (Rabs s * (K + n * e2)).
    - unfold K, n, size. clear - R1 S0. induction D as [| D IH]; cbn [dot]; [simpl; lra |]. rewrite S_INR.
      pose proof (R1 D (Nat.lt_succ_diag_r D)). specialize (IH (fun i I => R1 i (Nat.lt_lt_succ_r _ _ I))). lra.
    - apply Rmult_le_compat_l; [lra |]. assert (n * e2 <= n * 1) by (apply Rmult_le_compat_l; lra). lra. }
  assert (linear : Rabs (dot D dh r / s - dot D dh v) <= G * e2).
  { unfold G, size. clear - M Z E2. induction D as [| D IH]; cbn [dot].
    - replace (0 / s - 0) with 0 by (field; exact Z). rewrite Rabs_R0. lra.
    - specialize (IH (fun i I => M i (Nat.lt_lt_succ_r _ _ I))). specialize (M D (Nat.lt_succ_diag_r D)).
      replace ((dh D * r D + dot D dh r) / s - (dh D * v D + dot D dh v)) with
        (dh D * (r D / s - v D) + (dot D dh r / s - dot D dh v)) by (field; exact Z).
      eapply Rle_trans; [apply Rabs_triang |]. rewrite Rabs_mult.
      assert (Rabs (dh D) * Rabs (r D / s - v D) <= Rabs (dh D) * e2) by
        (apply Rmult_le_compat_l; [apply Rabs_pos | apply Rlt_le, M]). lra. }
  replace ((h (path (t + s)) - h (path t)) / s - dot D dh v) with
    ((h (path (t + s)) - h (path t) - dot D dh r) / s + (dot D dh r / s - dot D dh v)) by (field; exact Z).
  eapply Rle_lt_trans; [apply Rabs_triang |].
  assert (A : Rabs ((h (path (t + s)) - h (path t) - dot D dh r) / s) <= e1 * (K + n)).
  { unfold Rdiv. rewrite Rabs_mult, Rabs_inv by exact Z. apply Rle_trans with (e1 * (Rabs s * (K + n)) * / Rabs s).
    - apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; lra |]. eapply Rle_trans; [exact HF |].
      apply Rmult_le_compat_l; [lra | exact sums].
    - right. field. lra. }
  assert (e1 * (K + n) < e / 2); [| lra].
  unfold e1. apply Rlt_le_trans with (e / (2 * (K + n + 1)) * (K + n + 1)).
  - apply Rmult_lt_compat_l; [exact E1 | lra].
  - right. field. lra.
Qed.

(* ------------------------------------------------------------------ gradient flow of a loss *)

(* The loss sees the parameters only through phi: E(theta) = loss(phi(theta)). It is any function that is
   differentiable at the values that phi takes along the path; output k is its variable k + 1. *)
Definition outputs (phi : list poly) (x : point) : point := fun j => real x (nth (pred (Pos.to_nat j)) phi []).

Definition moved (x : point) (s : R) (y : point) : point := fun j => x j + s * y j.

Definition axis (i : positive) : point := fun j => if Pos.eqb i j then 1 else 0.

(* theta_i' = - dE/dtheta_i for i = 1 ... D, during (a, b). *)
Definition gradient_flow (D : nat) (energy : point -> R) (path : R -> point) (a b : R) : Prop :=
  forall t, a < t < b -> forall i, (Pos.to_nat i <= D)%nat -> exists e,
    derivable_pt_lim (fun s => energy (moved (path t) s (axis i))) 0 e /\
    derivable_pt_lim (fun s => path s i) t (- e).

Lemma moved_0 x y : moved x 0 y = x.
Proof. apply functional_extensionality. intros j. unfold moved. ring. Qed.

Lemma along_a_line x y p : derivable_pt_lim (fun s => real (moved x s y) p) 0 (real_slope x y p).
Proof.
  replace (real_slope x y p) with (real_slope (moved x 0 y) y p) by (rewrite moved_0; reflexivity).
  apply (chain_rule (fun s => moved x s y)). intros j. unfold moved.
  assert (H : derivable_pt_lim (fun s => x j + s * y j) 0 (0 + (1 * y j + 0 * 0))).
  { apply (derivable_pt_lim_plus (fun _ => x j) (fun s => s * y j)); [apply derivable_pt_lim_const |].
    exact (derivable_pt_lim_mult (fun s => s) (fun _ => y j) 0 1 0 (derivable_pt_lim_id 0)
             (derivable_pt_lim_const _ 0)). }
  replace (0 + (1 * y j + 0 * 0)) with (y j) in H by ring. exact H.
Qed.

Lemma chain_of_loss loss phi x y g : differentiable (length phi) loss (outputs phi x) g ->
  derivable_pt_lim (fun s => loss (outputs phi (moved x s y))) 0
    (dot (length phi) g (fun k => real_slope x y (nth k phi []))).
Proof.
  intros H. apply (chain_along _ loss (fun s => outputs phi (moved x s y))); [rewrite moved_0; exact H |].
  intros k _. unfold outputs. rewrite SuccNat2Pos.pred_id. apply along_a_line.
Qed.

Lemma real_partial x i p : real x (partial i p) = real_slope x (axis i) p.
Proof.
  unfold partial. rewrite real_along. apply real_slope_same. intros j. unfold unit, axis.
  destruct (Pos.eqb i j); simpl; [rewrite Q2R_1 |]; ring.
Qed.

Lemma dot_of_list {A} (f : A -> R) (g : vector) (l : list A) a : dot (length l) g (fun k => f (nth k l a)) =
  real_total (fun cf => fst cf * snd cf) (combine (map g (seq 0 (length l))) (map f l)).
Proof.
  induction l as [| b l IH] using rev_ind; [reflexivity |].
  rewrite app_length, Nat.add_1_r, seq_S, !map_app. cbn [dot map].
  assert (S : forall c d (u v : R), length c = length d ->
    real_total (fun cf : R * R => fst cf * snd cf) (combine (c ++ [u]) (d ++ [v])) =
    u * v + real_total (fun cf => fst cf * snd cf) (combine c d)).
  { induction c as [| r c IHc]; intros [| q d] u v L; try discriminate; [simpl; ring |].
    injection L as L. specialize (IHc d u v L). unfold real_total in *. cbn [app combine fold_right fst snd]. lra. }
  rewrite S by (rewrite !map_length, seq_length; reflexivity). rewrite <- IH, app_nth2, Nat.sub_diag by lia. f_equal.
  apply dot_same; [reflexivity |]. intros k K. rewrite app_nth1 by exact K. reflexivity.
Qed.

Lemma gradient_flow_follows D phi loss path a b :
  (forall t, a < t < b -> exists g, differentiable (length phi) loss (outputs phi (path t)) g) ->
  gradient_flow D (fun x => loss (outputs phi x)) path a b -> follows D (gradients D phi) path a b.
Proof.
  intros L F t T. destruct (L t T) as [g G]. exists (map (fun k => - g k) (seq 0 (length phi))). intros j J.
  destruct (F t T j J) as (e & E & P). replace (velocity _ _ _ j) with (- e); [exact P |].
  rewrite (uniqueness_limite _ _ _ _ E (chain_of_loss loss phi (path t) (axis j) g G)).
  transitivity (dot (length phi) (fun k => - g k) (fun k => real_slope (path t) (axis j) (nth k phi []))).
  - generalize (length phi). intros n. induction n as [| n IH]; cbn [dot]; [ring | rewrite <- IH; ring].
  - rewrite (dot_of_list (real_slope (path t) (axis j)) (fun k => - g k) phi []).
    unfold velocity, real_total, gradients.
    generalize (map (fun k => - g k) (seq 0 (length phi))). clear - J.
    induction phi as [| f phi IH]; intros [| q c]; simpl; try reflexivity.
    rewrite <- IH. unfold on. rewrite memo_same. destruct (Nat.leb_spec (Pos.to_nat j) D); [| lia].
    rewrite real_partial. reflexivity.
Qed.

(* The law is constant while the network trains, whatever the data and the loss. *)
Corollary laws_are_constant_along_gradient_flow D phi loss h path a b :
  law D (gradients D phi) h ->
  (forall t, a < t < b -> exists g, differentiable (length phi) loss (outputs phi (path t)) g) ->
  gradient_flow D (fun x => loss (outputs phi x)) path a b ->
  constant_along (fun x => real x h) path a b.
Proof.
  intros H L F. exact (laws_are_constant_along_flows D _ h path a b H (gradient_flow_follows _ _ _ _ _ _ L F)).
Qed.
