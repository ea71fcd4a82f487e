From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lra Lia FunctionalExtensionality.
From Conslaw Require Import Polynomials RealValues Independence Models Laws Flows.
Import ListNotations.
Local Open Scope R_scope.

(* ------------------------------------------------------------------ Lie algebras, forms, and smooth laws *)

(* The value at x of a field on R^D, and the gradient of h at x; coordinate i is variable i + 1. *)
Definition value (x : point) (X : field) : vector := fun i => real x (X (Pos.of_succ_nat i)).
Definition gradient (x : point) (h : poly) : vector := value x (fun i => partial i h).

(* The smallest space of fields with W in it that is closed under brackets; a field is known by its values. *)
Inductive Lie (W : list field) : field -> Prop :=
| Lie_in v : In v W -> Lie W v
| Lie_add X Y : Lie W X -> Lie W Y -> Lie W (fun i => add (X i) (Y i))
| Lie_times c X : Lie W X -> Lie W (fun i => times c [] (X i))
| Lie_bracket X Y : Lie W X -> Lie W Y -> Lie W (bracket X Y)
| Lie_same X Y : (forall x i, real x (X i) = real x (Y i)) -> Lie W X -> Lie W Y.

(* A field on R^D has no coordinates beyond D. *)
Definition inside (D : nat) (X : field) : Prop := forall x i, (D < Pos.to_nat i)%nat -> real x (X i) = 0.

Lemma inside_is_on D X : is_on D X -> inside D X.
Proof.
  intros H x i I. transitivity (real x []); [| reflexivity]. apply real_same. intros z. rewrite (H z i I). reflexivity.
Qed.

(* ------------------------------------------------------------------ directions *)

Definition direction (D : nat) (u : vector) : point := first D (fun j => u (pred (Pos.to_nat j))).

Lemma inside_direction D X x : inside D X -> (fun j => real x (X j)) = direction D (value x X).
Proof.
  intros H. apply functional_extensionality. intros j. unfold direction, first, value.
  destruct (Nat.leb_spec (Pos.to_nat j) D) as [L | L]; [| apply H, L].
  replace (Pos.of_succ_nat (pred (Pos.to_nat j))) with j by lia. reflexivity.
Qed.

Definition base (i : nat) : point := axis (Pos.of_succ_nat i).

Lemma slope_direction D x u p : real_slope x (direction D u) p = dot D (fun i => real_slope x (base i) p) u.
Proof.
  induction D as [| D IH]; cbn [dot].
  - transitivity (real_slope x (fun j => 0 * u 0%nat) p); [| rewrite (real_slope_scale x 0 (fun _ => u 0%nat)); ring].
    apply real_slope_same. intros j. unfold direction, first. destruct (Nat.leb_spec (Pos.to_nat j) 0); [lia | ring].
  - rewrite <- IH, Rmult_comm, <- real_slope_scale, Rplus_comm, <- real_slope_plus.
    apply real_slope_same. intros j. unfold direction, first, base, axis.
    destruct (Pos.eqb_spec (Pos.of_succ_nat D) j) as [<- | N].
    + rewrite SuccNat2Pos.id_succ. destruct (Nat.leb_spec (S D) (S D)), (Nat.leb_spec (S D) D); try lia.
      simpl. ring.
    + destruct (Nat.leb_spec (Pos.to_nat j) (S D)), (Nat.leb_spec (Pos.to_nat j) D); try lia; ring.
Qed.

Lemma slope_dot D X x p : inside D X ->
  real_slope x (fun j => real x (X j)) p = dot D (fun i => real_slope x (base i) p) (value x X).
Proof. intros H. rewrite (inside_direction D X x H). apply slope_direction. Qed.

Lemma gradient_slope x h i : gradient x h i = real_slope x (base i) h.
Proof. apply real_partial. Qed.

Lemma real_along_gradient D X x h : inside D X -> real x (along X h) = dot D (gradient x h) (value x X).
Proof.
  intros H. rewrite real_along, (slope_dot D) by exact H. clear. induction D as [| D IH]; cbn [dot]; [reflexivity |].
  rewrite IH, gradient_slope. reflexivity.
Qed.

(* ------------------------------------------------------------------ closed forms *)

Definition open (U : point -> Prop) : Prop := forall x, U x -> near x U.

Lemma near_is_open P : open (fun x => near x P).
Proof.
  intros x (d & Q & N). exists (d / 2). split; [lra |]. intros y C. exists (d / 2). split; [lra |].
  intros z K. apply N. intros j. specialize (C j). specialize (K j).
  replace (x j - z j) with ((x j - y j) + (y j - z j)) by ring.
  eapply Rle_trans; [apply Rabs_triang | lra].
Qed.

Lemma near_here x P : near x P -> P x.
Proof. intros (d & Q & N). apply N. intros j. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. lra. Qed.

(* At x the vector G has derivatives along all lines, H, and they are symmetric on the vectors of T: the 1-form G is
   closed at x, as far as T goes. Where G is the gradient of a function, H is its matrix of second derivatives. *)
Definition closed_at (D : nat) (T : vector -> Prop) (G : point -> vector) (x : point) : Prop :=
  exists H : nat -> vector,
  (forall u i, (i < D)%nat ->
     derivable_pt_lim (fun s => G (moved x s (direction D u)) i) 0 (dot D (H i) u)) /\
  (forall u w, T u -> T w -> dot D (fun i => dot D (H i) u) w = dot D (fun i => dot D (H i) w) u).

Definition any (u : vector) : Prop := True.

Definition closed_form (D : nat) (U : point -> Prop) (G : point -> vector) : Prop :=
  forall x, U x -> closed_at D any G x.

Definition orthogonal (D : nat) (U : point -> Prop) (G : point -> vector) (X : field) : Prop :=
  forall x, U x -> dot D (G x) (value x X) = 0.

Lemma flat_near_zero f l d : 0 < d -> (forall s, Rabs s < d -> f s = 0) -> derivable_pt_lim f 0 l -> l = 0.
Proof.
  intros D F H. destruct (Req_dec l 0) as [E | E]; [exact E | exfalso].
  destruct (H (Rabs l / 2)) as [[e E'] He]; [pose proof (Rabs_pos_lt l E); lra |]. simpl in He.
  set (s := Rmin d e / 2). assert (M : 0 < Rmin d e) by (apply Rmin_pos; assumption).
  pose proof (Rmin_l d e). pose proof (Rmin_r d e). assert (S : s <> 0) by (unfold s; lra).
  assert (B : Rabs s < Rmin d e) by (unfold s; rewrite Rabs_pos_eq; lra).
  specialize (He s S ltac:(lra)). rewrite Rplus_0_l, !F in He by (rewrite ?Rabs_R0; lra).
  replace ((0 - 0) / s - l) with (- l) in He by (field; exact S). rewrite Rabs_Ropp in He.
  pose proof (Rabs_pos_lt l E). lra.
Qed.

Lemma stays_near U x D u : near x U -> exists d, 0 < d /\ forall s, Rabs s < d -> U (moved x s (direction D u)).
Proof.
  intros (d & P & H).
  assert (B : exists b, 0 < b /\ forall j, Rabs (direction D u j) <= b).
  { assert (M : exists b, 0 < b /\ forall i, (i < D)%nat -> Rabs (u i) <= b).
    { clear. induction D as [| D (b & P & M)]; [exists 1; split; [lra | intros; lia] |].
      exists (Rmax b (Rabs (u D))). split; [eapply Rlt_le_trans; [exact P | apply Rmax_l] |]. intros i I.
      destruct (Nat.eq_dec i D) as [-> | N]; [apply Rmax_r |].
      eapply Rle_trans; [apply M; lia | apply Rmax_l]. }
    destruct M as (b & Q & M). exists b. split; [exact Q |]. intros j. unfold direction, first.
    destruct (Nat.leb_spec (Pos.to_nat j) D); [apply M; lia | rewrite Rabs_R0; lra]. }
  destruct B as (b & Q & B). exists (d / b). split; [apply Rdiv_lt_0_compat; assumption |].
  intros s S. apply H. intros j. unfold moved.
  replace (x j - (x j + s * direction D u j)) with (- (s * direction D u j)) by ring.
  rewrite Rabs_Ropp, Rabs_mult. apply Rle_trans with (d / b * b); [| right; field; lra].
  apply Rmult_le_compat; try apply Rabs_pos; [lra | apply B].
Qed.

Lemma derivable_dot D (f g : R -> vector) (f' g' : vector) :
  (forall i, (i < D)%nat -> derivable_pt_lim (fun s => f s i) 0 (f' i)) ->
  (forall i, (i < D)%nat -> derivable_pt_lim (fun s => g s i) 0 (g' i)) ->
  derivable_pt_lim (fun s => dot D (f s) (g s)) 0 (dot D f' (g 0) + dot D (f 0) g').
Proof.
  induction D as [| D IH]; intros F G; cbn [dot].
  - rewrite Rplus_0_l. apply derivable_pt_lim_const.
  - replace (f' D * g 0 D + dot D f' (g 0) + (f 0 D * g' D + dot D (f 0) g')) with
      ((f' D * g 0 D + f 0 D * g' D) + (dot D f' (g 0) + dot D (f 0) g')) by ring.
    apply (derivable_pt_lim_plus (fun s => f s D * g s D)).
    + apply (derivable_pt_lim_mult (fun s => f s D) (fun s => g s D)); auto.
    + apply IH; auto.
Qed.

(* The derivative of <G, X> along Y, which is zero where G is orthogonal to X. *)
Lemma orthogonal_derivative D U G (H : nat -> vector) X Y x : open U -> U x ->
  (forall u i, (i < D)%nat -> derivable_pt_lim (fun s => G (moved x s (direction D u)) i) 0 (dot D (H i) u)) ->
  inside D X -> inside D Y -> orthogonal D U G X ->
  dot D (fun i => dot D (H i) (value x Y)) (value x X) +
  dot D (G x) (fun i => real_slope x (fun j => real x (Y j)) (X (Pos.of_succ_nat i))) = 0.
Proof.
  intros O Ux C IX IY Z. set (u := value x Y).
  destruct (stays_near U x D u (O x Ux)) as (d & P & S).
  apply (flat_near_zero (fun s => dot D (G (moved x s (direction D u))) (value (moved x s (direction D u)) X)) _ d P).
  - intros s B. apply Z, S, B.
  - replace (dot D (fun i => dot D (H i) u) (value x X)) with
      (dot D (fun i => dot D (H i) u) (value (moved x 0 (direction D u)) X)) by (rewrite moved_0; reflexivity).
    replace (dot D (G x)) with (dot D (G (moved x 0 (direction D u)))) by (rewrite moved_0; reflexivity).
    apply (derivable_dot D (fun s => G (moved x s (direction D u))) (fun s => value (moved x s (direction D u)) X)).
    + intros i I. apply C, I.
    + intros i I. rewrite (inside_direction D Y x IY). apply along_a_line.
Qed.

Lemma quadratic_symmetric n (H : nat -> nat -> R) u v : (forall i j, (i < n)%nat -> (j < n)%nat -> H i j = H j i) ->
  dot n (fun i => dot n (H i) u) v = dot n (fun i => dot n (H i) v) u.
Proof.
  induction n as [| n IH]; intros Sym; [reflexivity |].
  assert (E : forall a b : vector, dot (S n) (fun i => dot (S n) (H i) a) b =
    H n n * a n * b n + (dot n (H n) a * b n + a n * dot n (fun i => H i n) b) + dot n (fun i => dot n (H i) a) b).
  { intros a b. cbn [dot].
    assert (P : dot n (fun i => H i n * a n + dot n (H i) a) b =
      a n * dot n (fun i => H i n) b + dot n (fun i => dot n (H i) a) b).
    { rewrite (dot_commutes n _ b), dot_plus. rewrite <- (dot_commutes n (fun i => dot n (H i) a) b).
      rewrite (dot_commutes n (fun i => H i n) b), <- dot_scale. f_equal. apply dot_same; intros; ring. }
    rewrite P. ring. }
  rewrite !E, IH by auto.
  rewrite (dot_same n (fun i => H i n) (H n) v v), (dot_same n (fun i => H i n) (H n) u u) by auto.
  ring.
Qed.

(* A closed form that is orthogonal to W is orthogonal to Lie(W), at all points of an open set. It need only be closed
   as far as T goes, if all fields of Lie(W) are in T. *)
Theorem orthogonal_to_Lie D U (T : point -> vector -> Prop) G W X : open U ->
  (forall x, U x -> closed_at D (T x) G x) -> (forall Y x, Lie W Y -> U x -> T x (value x Y)) ->
  (forall v, In v W -> inside D v) -> (forall v, In v W -> orthogonal D U G v) ->
  Lie W X -> inside D X /\ orthogonal D U G X.
Proof.
  intros O C A I Z L.
  induction L as [v V | X Y _ [IX ZX] _ [IY ZY] | c X _ [IX ZX] | X Y LX [IX ZX] LY [IY ZY] | X Y E _ [IX ZX]].
  - auto.
  - split; [intros x i J; rewrite real_add, IX, IY by exact J; ring |]. intros x Ux.
    rewrite (dot_same D _ (G x) _ (fun i => value x X i + value x Y i)), dot_plus, ZX, ZY; auto; [ring |].
    intros i _. apply real_add.
  - split; [intros x i J; rewrite real_scale, IX by exact J; ring |]. intros x Ux.
    rewrite (dot_same D _ (G x) _ (fun i => Q2R c * value x X i)), dot_scale, ZX; auto; [ring |].
    intros i _. apply real_scale.
  - split.
    + intros x i J. rewrite real_bracket.
      assert (N : forall X', inside D X' -> forall y, real_slope x (fun j => real x (y j)) (X' i) = 0).
      { intros X' I' y. rewrite <- real_along. transitivity (real x (along y [])); [| reflexivity].
        revert x. apply dense; tame. intros x. rewrite !real_rational. apply Qeq_eqR.
        rewrite !eval_along. apply same_values_same_slope. intros z. apply eqR_Qeq.
        rewrite <- !real_rational. apply I', J. }
      rewrite !N by assumption. ring.
    + intros x Ux. destruct (C x Ux) as (H & CH & S).
      pose proof (orthogonal_derivative D U G H X Y x O Ux CH IX IY ZX) as E.
      pose proof (orthogonal_derivative D U G H Y X x O Ux CH IY IX ZY) as F.
      rewrite (S (value x X)) in F by (apply A; assumption).
      rewrite (dot_same D _ (G x) _ (fun i => real_slope x (fun j => real x (Y j)) (X (Pos.of_succ_nat i)) -
        real_slope x (fun j => real x (X j)) (Y (Pos.of_succ_nat i)))); [| auto | intros; apply real_bracket].
      rewrite dot_minus. lra.
  - split; [intros x i J; rewrite <- E; apply IX, J |]. intros x Ux. rewrite <- (ZX x Ux).
    apply dot_same; [reflexivity |]. intros i _. unfold value. symmetry. apply E.
Qed.

(* ------------------------------------------------------------------ how many *)

(* dim Lie(W)(x), and the number of polynomial laws whose gradients at x are independent. *)
Definition dim_Lie_at_least D W x k : Prop :=
  exists Xs, length Xs = k /\ Forall (Lie W) Xs /\ independent D (map (value x) Xs).

Definition dim_Lie_at_most D W x k : Prop :=
  forall Xs, Forall (Lie W) Xs -> independent D (map (value x) Xs) -> (length Xs <= k)%nat.

Definition laws_at_least D W x k : Prop :=
  exists hs, length hs = k /\ Forall (law D W) hs /\ independent D (map (gradient x) hs).

(* However many closed forms orthogonal to W there are on an open set with x in it, polynomial or not: at most k of
   them are independent at x. *)
Definition forms_at_most D W x k : Prop :=
  forall U, open U -> U x -> forall Gs : list (point -> vector),
  Forall (fun G => closed_form D U G /\ forall v, In v W -> orthogonal D U G v) Gs ->
  independent D (map (fun G => G x) Gs) -> (length Gs <= k)%nat.

(* Polynomial laws are such forms. *)
Lemma law_is_a_form D h : closed_form D (fun _ => True) (fun x => gradient x h).
Proof.
  intros x _. exists (fun i j => real_slope x (base j) (partial (Pos.of_succ_nat i) h)). split.
  - intros u i _.
    change (dot D _ u) with (dot D (fun j => real_slope x (base j) (partial (Pos.of_succ_nat i) h)) u).
    rewrite <- slope_direction. apply along_a_line.
  - intros u w _ _. apply quadratic_symmetric. intros i j _ _. unfold base.
    rewrite <- !real_partial. unfold partial at 1 3.
    revert x. apply dense; tame. intros x. rewrite !real_rational. apply Qeq_eqR.
    set (X := unit (Pos.of_succ_nat i)). set (Y := unit (Pos.of_succ_nat j)).
    assert (B : Qeq (eval x (along (bracket X Y) h)) 0).
    { rewrite eval_along. transitivity (slope x (fun _ => 0%Q) h).
      - apply slope_same. intros k. rewrite eval_bracket. unfold X, Y, unit.
        destruct (Pos.eqb (Pos.of_succ_nat i) k), (Pos.eqb (Pos.of_succ_nat j) k); simpl; ring.
      - assert (M : forall m, Qeq (slope_mono x (fun _ => 0%Q) m) 0).
        { induction m as [| l m IH]; simpl; [reflexivity | rewrite IH; ring]. }
        induction h as [| [c m] h IH]; simpl; [reflexivity | rewrite IH, M; ring]. }
    rewrite along_bracket in B. unfold partial. fold X Y.
    transitivity (eval x (along X (along Y h)) + 0)%Q; [rewrite <- B; ring | ring].
Qed.

Lemma law_is_orthogonal D W h v : law D W h -> In v W -> inside D v ->
  orthogonal D (fun _ => True) (fun x => gradient x h) v.
Proof. intros [_ L] V I x _. rewrite <- real_along_gradient by exact I. apply L, V. Qed.

Theorem forms_and_Lie D W x k : (forall v, In v W -> inside D v) -> dim_Lie_at_least D W x k ->
  forms_at_most D W x (D - k).
Proof.
  intros I (Xs & <- & L & IL) U O Ux Gs F IG.
  assert (B : (length (map (fun G => G x) Gs ++ map (value x) Xs) <= D)%nat).
  { apply independent_bound, independent_app; [exact IG | exact IL |].
    intros u v J K. apply in_map_iff in J. apply in_map_iff in K. destruct J as (G & <- & J), K as (X & <- & K).
    rewrite Forall_forall in F, L. destruct (F G J) as [C Z].
    apply (orthogonal_to_Lie D U (fun _ => any) G W X); unfold any; auto. }
  rewrite app_length, !map_length in B. lia.
Qed.

Theorem laws_bound_Lie D W x k : (forall v, In v W -> inside D v) -> laws_at_least D W x k ->
  dim_Lie_at_most D W x (D - k).
Proof.
  intros I (hs & <- & H & IH) Xs L IL.
  assert (A : dim_Lie_at_least D W x (length Xs)) by (exists Xs; auto).
  assert (O : open (fun _ => True)) by (intros y _; exists 1; split; [lra | trivial]).
  pose proof (forms_and_Lie D W x _ I A (fun _ => True) O Logic.I (map (fun h y => gradient y h) hs)) as B.
  rewrite map_map in B. rewrite map_length in B.
  assert (N : (length Xs <= D)%nat) by (rewrite <- (map_length (value x)); apply independent_bound, IL).
  enough (length hs <= D - length Xs)%nat by lia. apply B; [| exact IH].
  apply Forall_forall. intros G J. apply in_map_iff in J. destruct J as (h & <- & J). rewrite Forall_forall in H.
  split; [apply law_is_a_form | intros v V; apply (law_is_orthogonal D W); auto].
Qed.
