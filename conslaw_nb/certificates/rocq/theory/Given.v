From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lra Lia FunctionalExtensionality.
From Conslaw Require Import Polynomials RealValues Independence Models Laws Flows Lie Smooth.
Import ListNotations.
Local Open Scope R_scope.

(* ------------------------------------------------------------------ laws that are given by their differentials *)

(* A law is a polynomial, or is given by its differential: the form top / bottom, on the common level sets of the laws
   before it that "modulo" names, counted from 0. *)
Inductive given :=
| Polynomial (h : poly)
| Form (bottom : poly) (top : list poly) (modulo : list nat).

Definition top (D : nat) (g : given) : field :=
  match g with
  | Polynomial h => on D (fun i => partial i h)
  | Form _ N _ => on D (fun i => nth (pred (Pos.to_nat i)) N [])
  end.

Definition bottom (g : given) : poly := match g with Polynomial _ => [(1%Q, [])] | Form m _ _ => m end.
Definition modulo (g : given) : list nat := match g with Polynomial _ => [] | Form _ _ js => js end.

(* The differential at y; the laws that g is modulo; the vectors that are tangent to their level set at y. *)
Definition differential (D : nat) (y : point) (g : given) : vector :=
  fun i => value y (top D g) i / real y (bottom g).
Definition known (before : list given) (g : given) : list given :=
  map (fun j => nth j before (Polynomial [])) (modulo g).
Definition tangent (D : nat) (gs : list given) (y : point) (u : vector) : Prop :=
  forall g, In g gs -> dot D (differential D y g) u = 0.

(* A law that is itself modulo others has level sets only where these are constant, so they are named as well. *)
Definition whole_list (before : list given) (g : given) : Prop :=
  forall j i, In j (modulo g) -> In i (modulo (nth j before (Polynomial []))) -> In i (modulo g).

(* The differential has no pole at y, and is closed there on tangent vectors. *)
Definition closed_on_leaves (D : nat) (gs : list given) (g : given) (y : point) : Prop :=
  real y (bottom g) <> 0 /\ closed_at D (tangent D gs y) (fun z => differential D z g) y.

(* h is differentiable at x, and dh is the differential of g on tangent vectors. *)
Definition integral_at (D : nat) (gs : list given) (g : given) (h : point -> R) (x : point) : Prop :=
  exists dh, differentiable D h x dh /\ forall u, tangent D gs x u -> dot D dh u = dot D (differential D x g) u.

(* Whatever function has this differential keeps its value while the parameters move along the fields of W. *)
Definition kept (D : nat) (W : list field) (gs : list given) (g : given) : Prop :=
  forall h path a b, follows D W path a b -> (forall t, a < t < b -> integral_at D gs g h (path t)) ->
    constant_along h path a b.

(* ------------------------------------------------------------------ their values *)

Lemma top_on D g : is_on D (top D g).
Proof. destruct g; apply on_is_on. Qed.

Lemma real_bottom_polynomial h y : real y (bottom (Polynomial h)) = 1.
Proof. simpl. rewrite Q2R_1. ring. Qed.

Lemma differential_polynomial D h y i : (i < D)%nat -> differential D y (Polynomial h) i = gradient y h i.
Proof.
  intros I. unfold differential. rewrite real_bottom_polynomial. unfold value, top, gradient, on. rewrite memo_same.
  destruct (Nat.leb_spec (Pos.to_nat (Pos.of_succ_nat i)) D); [| lia]. unfold value. field.
Qed.

Lemma dot_differential D y g u : dot D (differential D y g) u = dot D (value y (top D g)) u / real y (bottom g).
Proof.
  rewrite dot_commutes, (dot_commutes D _ u). unfold Rdiv. rewrite Rmult_comm, <- dot_scale.
  apply dot_same; [reflexivity |]. intros i _. unfold differential, Rdiv. ring.
Qed.

(* The derivative of top / bottom at y: the rule for quotients. *)
Definition quotient_slope (D : nat) (g : given) (y : point) (i : nat) : vector := fun j =>
  (real_slope y (base j) (top D g (Pos.of_succ_nat i)) * real y (bottom g) -
   real_slope y (base j) (bottom g) * real y (top D g (Pos.of_succ_nat i))) / Rsqr (real y (bottom g)).

Lemma dot_quotient D g y i u : dot D (quotient_slope D g y i) u =
  (real_slope y (direction D u) (top D g (Pos.of_succ_nat i)) * real y (bottom g) -
   real_slope y (direction D u) (bottom g) * real y (top D g (Pos.of_succ_nat i))) / Rsqr (real y (bottom g)).
Proof.
  rewrite !slope_direction, dot_commutes. set (N := top D g (Pos.of_succ_nat i)). set (m := bottom g).
  rewrite (dot_same D u u _ (fun j => / Rsqr (real y m) * (real y m * real_slope y (base j) N +
    - real y N * real_slope y (base j) m))); [| reflexivity |].
  - rewrite dot_scale, dot_plus, !dot_scale, !(dot_commutes D u). unfold Rdiv. ring.
  - intros j _. unfold quotient_slope. fold N m. unfold Rdiv. ring.
Qed.

Lemma differential_slope D g y u i : real y (bottom g) <> 0 ->
  derivable_pt_lim (fun s => differential D (moved y s (direction D u)) g i) 0 (dot D (quotient_slope D g y i) u).
Proof.
  intros Z. rewrite dot_quotient.
  pose proof (along_a_line y (direction D u) (top D g (Pos.of_succ_nat i))) as A.
  pose proof (along_a_line y (direction D u) (bottom g)) as B.
  rewrite <- (moved_0 y (direction D u)) in Z.
  pose proof (derivable_pt_lim_div _ _ 0 _ _ A B Z) as C. cbv beta in C. rewrite moved_0 in C. exact C.
Qed.

(* ------------------------------------------------------------------ what is kept along the flow *)

(* The fields of W are tangent to the level sets of laws, so they have no component along a differential. *)
Definition flat_on (D : nat) (W : list field) (g : given) : Prop :=
  forall v y, In v W -> dot D (value y (top D g)) (value y v) = 0.

Lemma kept_if_flat D W gs g : (forall v, In v W -> inside D v) -> flat_on D W g -> Forall (flat_on D W) gs ->
  kept D W gs g.
Proof.
  intros IW Z ZS h path a b F P. unfold constant_along. apply (constant_if_flat (fun s => h (path s))). intros t T.
  destruct (P t T) as (dh & HF & HT). destruct (F t T) as [c C].
  set (u := fun i => velocity c W (path t) (Pos.of_succ_nat i)).
  assert (V : forall g', flat_on D W g' -> dot D (differential D (path t) g') u = 0).
  { intros g' Z'. rewrite dot_differential.
    enough (E : dot D (value (path t) (top D g')) u = 0) by (rewrite E; unfold Rdiv; ring).
    transitivity (dot D (combination c (map (value (path t)) W)) (value (path t) (top D g'))).
    - rewrite dot_commutes. apply dot_same; [| reflexivity]. intros i _. unfold u, velocity. clear.
      revert c. induction W as [| v V IH]; intros [| q c]; simpl; try reflexivity. rewrite IH. reflexivity.
    - rewrite dot_linear. apply real_total_zero. intros [q w] I. apply in_combine_r in I. apply in_map_iff in I.
      destruct I as (v & <- & I). simpl. rewrite dot_commutes, (Z' v (path t) I). ring. }
  replace 0 with (dot D dh u).
  - apply (chain_along D); [exact HF |]. intros i I. apply C. lia.
  - rewrite HT, V; [reflexivity | exact Z |]. intros g' I. apply V. rewrite Forall_forall in ZS. auto.
Qed.

(* What is said of a law g of the list, after the laws before it: everywhere, and at y. *)
Definition law_everywhere (D : nat) (W : list field) (before : list given) (g : given) : Prop :=
  kept D W (known before g) g /\ whole_list before g /\ match g with Polynomial h => law D W h | _ => True end.

Lemma flat_polynomial D W h : (forall v, In v W -> inside D v) -> law D W h -> flat_on D W (Polynomial h).
Proof.
  intros I [_ L] v y J. rewrite <- (L v J y), (real_along_gradient D v y h (I v J)).
  apply dot_same; [| reflexivity]. intros i K. unfold value, gradient, top, on. rewrite memo_same.
  destruct (Nat.leb_spec (Pos.to_nat (Pos.of_succ_nat i)) D); [reflexivity | lia].
Qed.

Lemma closed_polynomial D h gs y : closed_on_leaves D gs (Polynomial h) y.
Proof.
  split; [rewrite real_bottom_polynomial; lra |]. destruct (law_is_a_form D h y Logic.I) as (H & A & S).
  exists H. split; [| intros u w _ _; apply S; exact Logic.I]. intros u i I.
  assert (E : (fun s => differential D (moved y s (direction D u)) (Polynomial h) i) =
    (fun s => gradient (moved y s (direction D u)) h i)).
  { apply functional_extensionality. intros s. apply differential_polynomial, I. }
  rewrite E. apply A, I.
Qed.

(* ------------------------------------------------------------------ lists of laws *)

(* What P says of each law of a list, after those before it. *)
Fixpoint each (P : list given -> given -> Prop) (before gs : list given) : Prop :=
  match gs with [] => True | g :: gs' => P before g /\ each P (before ++ [g]) gs' end.

Lemma each_weaken (P Q : list given -> given -> Prop) before gs : (forall b g, P b g -> Q b g) ->
  each P before gs -> each Q before gs.
Proof.
  intros H. revert before. induction gs as [| g gs IH]; intros before E; [exact E |].
  split; [apply H, E | apply IH, E].
Qed.

Lemma known_from {P : given -> Prop} before g : Forall P before -> Forall (fun j => j < length before)%nat (modulo g) ->
  Forall P (known before g).
Proof.
  intros B J. apply Forall_forall. intros k K. apply in_map_iff in K. destruct K as (j & <- & K).
  rewrite Forall_forall in B, J. apply B, nth_In, J, K.
Qed.

Lemma each_bottoms D y before gs : each (fun b g => closed_on_leaves D (known b g) g y) before gs ->
  forall g, In g gs -> real y (bottom g) <> 0.
Proof.
  revert before. induction gs as [| h gs IH]; intros before E g J; [destruct J |].
  destruct E as [C E], J as [<- | J]; [apply C | exact (IH _ E g J)].
Qed.

(* All of Lie(W) is tangent to the level sets of the laws: one law after the other. *)
Lemma Lie_on_leaves D W U before gs : open U -> (forall v, In v W -> inside D v) ->
  (forall y, U y -> each (fun b g => closed_on_leaves D (known b g) g y) before gs) -> Forall (flat_on D W) gs ->
  (forall g X, In g before -> Lie W X -> orthogonal D U (fun y => differential D y g) X) ->
  forall g X, In g gs -> Lie W X -> orthogonal D U (fun y => differential D y g) X.
Proof.
  intros O I. revert before. induction gs as [| h gs IH]; intros before E F B g X J L; [destruct J |].
  inversion F as [| ? ? Fh Fs]. subst.
  assert (H : forall Y, Lie W Y -> orthogonal D U (fun y => differential D y h) Y).
  { intros Y LY. apply (orthogonal_to_Lie D U (fun y => tangent D (known before h) y) _ W); auto.
    - intros y Uy. destruct (E y Uy) as [[_ C] _]. exact C.
    - intros Z y LZ Uy k K. apply in_map_iff in K. destruct K as (j & <- & _).
      destruct (nth_in_or_default j before (Polynomial [])) as [M | ->]; [exact (B _ Z M LZ y Uy) |].
      rewrite dot_differential. replace (dot D _ _) with 0; [unfold Rdiv; ring |]. rewrite dot_commutes.
      rewrite (dot_same D _ (value y Z) _ (fun _ => 0 * 0)), dot_scale; [ring | reflexivity |].
      intros i _. unfold value, top, on. rewrite memo_same. destruct (Nat.leb _ _); simpl; ring.
    - intros v V y Uy. rewrite dot_differential, Fh by exact V. unfold Rdiv. ring. }
  destruct J as [<- | J]; [exact (H X L) |]. apply (IH (before ++ [h])); auto.
  - intros y Uy. apply (E y Uy).
  - intros g' Y M. apply in_app_iff in M. destruct M as [M | [<- | []]]; auto.
Qed.
