
(* ------------------------------------------------------------------ laws and Lie algebras *)

(* The value at x of a field on Q^D, and the gradient of h at x; coordinate i is variable i + 1. *)
Definition value (x : positive -> Q) (X : field) : vector := fun i => eval x (X (Pos.of_succ_nat i)).
Definition gradient (x : positive -> Q) (h : poly) : vector := value x (fun i => partial i h).

(* The smallest space of fields with W in it that is closed under brackets; a field is known by its values. *)
Inductive Lie (W : list field) : field -> Prop :=
| Lie_in v : In v W -> Lie W v
| Lie_add X Y : Lie W X -> Lie W Y -> Lie W (fun i => add (X i) (Y i))
| Lie_times c X : Lie W X -> Lie W (fun i => times c [] (X i))
| Lie_bracket X Y : Lie W X -> Lie W Y -> Lie W (bracket X Y)
| Lie_same X Y : (forall x i, eval x (X i) == eval x (Y i)) -> Lie W X -> Lie W Y.

(* dim Lie(W)(x), and the number of polynomial laws whose gradients at x are independent. *)
Definition dim_Lie_at_least D W x k : Prop :=
  exists Xs, length Xs = k /\ Forall (Lie W) Xs /\ independent D (map (value x) Xs).

Definition dim_Lie_at_most D W x k : Prop :=
  forall Xs, Forall (Lie W) Xs -> independent D (map (value x) Xs) -> (length Xs <= k)%nat.

Definition laws_at_least D W x k : Prop :=
  exists hs, length hs = k /\ Forall (law D W) hs /\ independent D (map (gradient x) hs).

Definition laws_at_most D W x k : Prop :=
  forall hs, Forall (law D W) hs -> independent D (map (gradient x) hs) -> (length hs <= k)%nat.

Definition unit_value (i j : positive) : Q := if Pos.eqb i j then 1 else 0.

Lemma dot_unit D j (y : positive -> Q) : (Pos.to_nat j <= D)%nat ->
  dot D (fun i => unit_value (Pos.of_succ_nat i) j) (fun i => y (Pos.of_succ_nat i)) == y j.
Proof.
  assert (Z : forall n, (n < Pos.to_nat j)%nat ->
    dot n (fun i => unit_value (Pos.of_succ_nat i) j) (fun i => y (Pos.of_succ_nat i)) == 0).
  { induction n as [| n IH]; intros L; cbn [dot]; [reflexivity |]. rewrite IH by lia.
    unfold unit_value. destruct (Pos.eqb_spec (Pos.of_succ_nat n) j); [lia | ring]. }
  induction D as [| D IH]; intros L; [lia |]. cbn [dot]. unfold unit_value at 1.
  destruct (Pos.eqb_spec (Pos.of_succ_nat D) j) as [E | E].
  - rewrite E, Z by lia. ring.
  - rewrite IH by lia. ring.
Qed.

Lemma slope_mono_dot D x y m : forallb (fun j => Nat.leb (Pos.to_nat j) D) m = true ->
  slope_mono x y m ==
  dot D (fun i => slope_mono x (unit_value (Pos.of_succ_nat i)) m) (fun i => y (Pos.of_succ_nat i)).
Proof.
  induction m as [| j m IH]; intros H; [symmetry; apply dot_zero_left |].
  simpl in H. apply andb_prop in H. destruct H as [J M]. apply Nat.leb_le in J. specialize (IH M).
  cbn [slope_mono]. rewrite IH, <- (dot_unit D j y J) at 1. clear.
  induction D as [| D IH]; cbn [dot]; [ring | rewrite <- IH; ring].
Qed.

Lemma gradient_eval x h i : gradient x h i == slope x (unit_value (Pos.of_succ_nat i)) h.
Proof.
  unfold gradient, value, partial. rewrite eval_along. apply slope_same. intros j. unfold unit, unit_value.
  destruct (Pos.eqb (Pos.of_succ_nat i) j); simpl; ring.
Qed.

Lemma dot_gradient D x h y : over D h = true ->
  slope x y h == dot D (gradient x h) (fun i => y (Pos.of_succ_nat i)).
Proof.
  intros H. transitivity
    (dot D (fun i => slope x (unit_value (Pos.of_succ_nat i)) h) (fun i => y (Pos.of_succ_nat i))).
  - induction h as [| [c m] h IH]; [symmetry; apply dot_zero_left |].
    simpl in H. apply andb_prop in H. destruct H as [M H]. specialize (IH H).
    cbn [slope]. rewrite IH, (slope_mono_dot D) by exact M. symmetry. apply dot_step.
  - clear H. induction D as [| D IH]; cbn [dot]; [reflexivity | rewrite IH, gradient_eval; reflexivity].
Qed.

Lemma slope_plus x y z p : slope x (fun j => y j + z j) p == slope x y p + slope x z p.
Proof.
  assert (M : forall m, slope_mono x (fun j => y j + z j) m == slope_mono x y m + slope_mono x z m).
  { induction m as [| j m IH]; simpl; [ring | rewrite IH; ring]. }
  induction p as [| [c m] p IH]; simpl; [ring | rewrite IH, M; ring].
Qed.

Lemma slope_scale x a y p : slope x (fun j => a * y j) p == a * slope x y p.
Proof.
  assert (M : forall m, slope_mono x (fun j => a * y j) m == a * slope_mono x y m).
  { induction m as [| j m IH]; simpl; [ring | rewrite IH; ring]. }
  induction p as [| [c m] p IH]; simpl; [ring | rewrite IH, M; ring].
Qed.

Lemma slope_nothing x y p : (forall z, eval z p == 0) -> slope x y p == 0.
Proof. intros H. apply (same_values_same_slope p [] x y). exact H. Qed.

(* What is conserved along W is conserved along Lie(W). *)
Theorem law_along_Lie D W h X : law D W h -> Lie W X -> forall x, eval x (along X h) == 0.
Proof.
  intros [_ H] L. induction L as [v I | X Y _ IX _ IY | c X _ IX | X Y _ IX _ IY | X Y E _ IX]; intros x.
  - exact (H v I x).
  - specialize (IX x). specialize (IY x). rewrite eval_along in *.
    rewrite (slope_same _ _ _ _ (fun j => eval_add x (X j) (Y j))), slope_plus, IX, IY. reflexivity.
  - specialize (IX x). rewrite eval_along in *.
    rewrite (slope_same _ _ (fun j => c * eval x (X j))).
    + rewrite slope_scale, IX. ring.
    + intros j. rewrite eval_times. simpl. ring.
  - rewrite along_bracket, (eval_along x Y), (eval_along x X), !slope_nothing by assumption. ring.
  - specialize (IX x). rewrite eval_along in *. rewrite <- IX. apply slope_same. intros j. symmetry. apply E.
Qed.

Theorem gradient_orthogonal D W x h X : law D W h -> Lie W X -> dot D (gradient x h) (value x X) == 0.
Proof.
  intros H L. rewrite <- (law_along_Lie D W h X H L x), eval_along, (dot_gradient D) by (apply H). reflexivity.
Qed.

(* Independent laws and independent fields of Lie(W) are together no more than D. *)
Theorem laws_and_Lie D W x hs Xs : Forall (law D W) hs -> independent D (map (gradient x) hs) ->
  Forall (Lie W) Xs -> independent D (map (value x) Xs) -> (length hs + length Xs <= D)%nat.
Proof.
  intros H IH L IL. rewrite <- (map_length (gradient x) hs), <- (map_length (value x) Xs), <- app_length.
  apply independent_bound, independent_app; [exact IH | exact IL |].
  intros u v U V. apply in_map_iff in U. apply in_map_iff in V.
  destruct U as (h & <- & I), V as (X & <- & J). rewrite Forall_forall in H, L.
  apply (gradient_orthogonal D W); auto.
Qed.

Corollary at_most_laws D W x k : dim_Lie_at_least D W x k -> laws_at_most D W x (D - k).
Proof.
  intros (Xs & <- & L & IL) hs H IH. pose proof (laws_and_Lie D W x hs Xs H IH L IL). lia.
Qed.

Corollary at_most_Lie D W x k : laws_at_least D W x k -> dim_Lie_at_most D W x (D - k).
Proof.
  intros (hs & <- & H & IH) Xs L IL. pose proof (laws_and_Lie D W x hs Xs H IH L IL). lia.
Qed.
