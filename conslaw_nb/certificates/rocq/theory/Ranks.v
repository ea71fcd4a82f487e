From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lra Lia FunctionalExtensionality.
From Conslaw Require Import Polynomials RealValues Independence.
Import ListNotations.
Local Open Scope Q_scope.

(* ------------------------------------------------------------------ ranks modulo p *)

(* Elimination modulo p. That p is prime is not needed, only 1 < p: every pivot comes with an inverse u, and
   u * pivot = 1 modulo p is checked. *)
Fixpoint euclid (steps : nat) (a b u v : Z) : Z :=
  match steps with
  | O => u
  | S n => if (b =? 0)%Z then u else euclid n b (a mod b)%Z v (u - a / b * v)%Z
  end.

Definition inverse (p a : Z) : Z := euclid 100 a p 1 0.

Fixpoint reduce (p f : Z) (r s : list Z) : list Z :=
  match r with
  | [] => s
  | a :: r' =>
      (if (a =? 0)%Z then hd 0%Z s else ((hd 0%Z s - f * a) mod p)%Z) :: reduce p f r' (tl s)
  end.

Fixpoint pivot (r : list Z) : nat :=
  match r with [] => 0%nat | a :: r' => if (a =? 0)%Z then S (pivot r') else 0%nat end.

Fixpoint eliminate (steps : nat) (p : Z) (rows : list (list Z)) : bool :=
  match rows, steps with
  | [], _ => true
  | _, O => false
  | r :: rs, S n =>
      let t := pivot r in
      let u := inverse p (nth t r 0%Z) in
      ((u * nth t r 0) mod p =? 1)%Z &&
      eliminate n p (map (fun s => let b := nth t s 0%Z in
                                   if (b =? 0)%Z then s else reduce p ((b * u) mod p) r s) rs)
  end.

(* Rational rows are multiplied by their common denominator first. *)
Definition common (row : list Q) : Z := fold_right (fun q l => Z.lcm (QDen q) l) 1%Z row.

Definition whole (p : Z) (row : list Q) : list Z :=
  let l := common row in map (fun q => (Qnum q * (l / QDen q))%Z) row.

Definition exact (row : list Q) : bool :=
  let l := common row in
  (0 <? l)%Z && forallb (fun q => (l / QDen q * QDen q =? l)%Z) row.

Definition independent_rows (D : nat) (p : Z) (rows : list (list Q)) : bool :=
  (1 <? p)%Z &&
  forallb (fun row => Nat.eqb (length row) D && exact row) rows &&
  eliminate (length rows) p (map (fun row => map (fun a => (a mod p)%Z) (whole p row)) rows).

Lemma reduce_nth p f r s i : (0 < p)%Z -> (p | nth i s 0 - f * nth i r 0 - nth i (reduce p f r s) 0)%Z.
Proof.
  intros P. revert s i. induction r as [| a r IH]; intros s i.
  - simpl. exists 0%Z. destruct i; lia.
  - destruct i as [| i].
    + replace (nth 0 s 0%Z) with (hd 0%Z s) by (destruct s; reflexivity). cbn [reduce nth].
      destruct (Z.eqb_spec a 0) as [-> | _]; [exists 0%Z; lia |].
      exists ((hd 0%Z s - f * a) / p)%Z. pose proof (Z_div_mod_eq_full (hd 0%Z s - f * a) p). lia.
    + replace (nth (S i) s 0%Z) with (nth i (tl s) 0%Z) by (destruct s; [destruct i |]; reflexivity).
      apply IH.
Qed.

Local Open Scope Z_scope.

(* Elimination over the integers does the same without dividing: its rows are unit multiples, modulo p, of the rows
   here. So what is independent modulo p is independent over the reals. *)
Definition whole_vector (v : nat -> Z) : vector := fun i => IZR (v i).

Definition multiple_of (n : nat) (p : Z) (s : list Z) (v : nat -> Z) : Prop :=
  (exists a b, (p | a * b - 1) /\ forall i, (p | v i - a * nth i s 0)) /\
  forall i, (n <= i)%nat -> (p | nth i s 0).

Definition whole_cut (t : nat) (w v : nat -> Z) : nat -> Z := fun k => (w t * v k - v t * w k).

Lemma whole_cuts t w vs :
  map whole_vector (map (whole_cut t w) vs) = map (cut t (whole_vector w)) (map whole_vector vs).
Proof.
  rewrite !map_map. apply map_ext. intros v. apply functional_extensionality. intros k.
  unfold whole_vector, whole_cut, cut. rewrite minus_IZR, !mult_IZR. reflexivity.
Qed.

Local Opaque inverse.

Lemma step_multiple n p t u r s w v : (1 < p) -> (p | u * nth t r 0 - 1) ->
  multiple_of n p r w -> multiple_of n p s v ->
  multiple_of n p (let b := nth t s 0 in if (b =? 0) then s else reduce p ((b * u) mod p) r s) (whole_cut t w v).
Proof.
  intros P U [(a & b & AB & W) Zr] [(c & d & CD & V) Zs].
  match goal with |- multiple_of _ _ ?l _ => set (s' := l) end.
  assert (E : forall i, (p | nth i s 0 - nth t s 0 * u * nth i r 0 - nth i s' 0)).
  { intros i. unfold s'. cbv zeta. destruct (Z.eqb_spec (nth t s 0) 0) as [-> | N]; [exists 0; ring |].
    destruct (reduce_nth p ((nth t s 0 * u) mod p) r s i) as [k K]; [lia |].
    pose proof (Z_div_mod_eq_full (nth t s 0 * u) p) as D.
    exists (k - nth t s 0 * u / p * nth i r 0). rewrite Z.mul_sub_distr_r, <- K.
    set (f := ((nth t s 0 * u) mod p)) in *. set (g := (nth t s 0 * u / p)) in *. clearbody f g.
    replace (nth t s 0 * u) with (p * g + f) by lia. ring. }
  clearbody s'. split.
  - exists (a * c * nth t r 0), (b * d * u). destruct AB as [x X], CD as [y Y], U as [z Z]. split.
    + exists (x * (c * d) * (u * nth t r 0) + y * (u * nth t r 0) + z).
      replace (a * c * nth t r 0 * (b * d * u) - 1) with
        ((a * b - 1) * (c * d) * (u * nth t r 0) + (c * d - 1) * (u * nth t r 0) + (u * nth t r 0 - 1)) by ring.
      rewrite X, Y, Z. ring.
    + intros i. destruct (W i) as [w1 W1], (W t) as [w2 W2], (V i) as [v1 V1], (V t) as [v2 V2], (E i) as [e E1].
      unfold whole_cut.
      replace (w i) with (a * nth i r 0 + w1 * p) by lia. replace (w t) with (a * nth t r 0 + w2 * p) by lia.
      replace (v i) with (c * nth i s 0 + v1 * p) by lia. replace (v t) with (c * nth t s 0 + v2 * p) by lia.
      replace (nth i s' 0) with (nth i s 0 - nth t s 0 * u * nth i r 0 - e * p) by lia.
      exists (a * nth t r 0 * v1 + w2 * c * nth i s 0 + w2 * v1 * p - c * nth t s 0 * w1 -
        v2 * a * nth i r 0 - v2 * w1 * p +
        a * c * (nth t r 0 * e + nth t s 0 * nth i r 0 * z)).
      assert (Q : (a * c * nth t s 0 * nth i r 0 * (u * nth t r 0) = a * c * nth t s 0 * nth i r 0 * (1 + z * p))) by
        (f_equal; lia).
      ring_simplify. ring_simplify in Q. lia.
  - intros i I. destruct (E i) as [e E1], (Zr i I) as [f F], (Zs i I) as [g G].
    exists (g - nth t s 0 * u * f - e). rewrite !Z.mul_sub_distr_r, <- E1, <- G, <- Z.mul_assoc, <- F. ring.
Qed.

Lemma eliminate_sound steps n p rows vs : (1 < p) -> eliminate steps p rows = true ->
  Forall2 (multiple_of n p) rows vs -> independent n (map whole_vector vs).
Proof.
  intros P. revert rows vs. induction steps as [| m IH]; intros rows vs H M;
    (destruct M as [| r w rs ws R M]; [intros [| a c] L Z; [constructor | discriminate] |]); [discriminate H |].
  cbn [eliminate] in H. apply andb_prop in H. destruct H as [U H]. apply Z.eqb_eq in U.
  set (t := pivot r) in *. set (u := inverse p (nth t r 0)) in *. clearbody t u.
  assert (U' : (p | u * nth t r 0 - 1)).
  { exists (u * nth t r 0 / p). pose proof (Z_div_mod_eq_full (u * nth t r 0) p). lia. }
  assert (N : forall k l, (p | k * l - 1) -> ~ (p | l)).
  { intros k l [x X] [y Y]. assert (D : (p | 1)) by
      (exists (k * y - x); rewrite Z.mul_sub_distr_r, <- X, <- Z.mul_assoc, <- Y; ring).
    apply Z.divide_1_r_nonneg in D; lia. }
  cbn [map]. apply (independent_pivot n t).
  - destruct (Nat.lt_ge_cases t n) as [L | L]; [exact L |]. exfalso. apply (N _ _ U'), (proj2 R), L.
  - unfold whole_vector. intros Z. apply eq_IZR in Z. destruct R as [(a & b & [x X] & W) _]. destruct (W t) as [y Y].
    rewrite Z in Y. apply (N u (nth t r 0) U'). exists (- b * y - x * nth t r 0).
    rewrite Z.mul_sub_distr_r. replace (x * nth t r 0 * p) with ((a * b - 1) * nth t r 0) by (rewrite X; ring).
    replace (- b * y * p) with (- b * (y * p)) by ring. rewrite <- Y. ring.
  - rewrite <- whole_cuts. apply (IH _ _ H). clear - M R P U'. induction M as [| s v rs ws S M IHM]; constructor; auto.
    apply step_multiple; assumption.
Qed.

Lemma whole_nth p row i : exact row = true ->
  (inject_Z (nth i (whole p row) 0%Z) == inject_Z (common row) * nth i row 0)%Q.
Proof.
  unfold exact, whole. intros H. apply andb_prop in H. destruct H as [_ H]. set (l := common row) in *.
  clearbody l. revert i. induction row as [| q row IH]; intros [| i]; simpl in *; try ring.
  - apply andb_prop in H. destruct H as [H _]. apply Z.eqb_eq in H. destruct q as [n d]. simpl in *.
    unfold Qeq, Qmult, inject_Z. simpl. set (k := (l / Zpos d)%Z) in *. clearbody k. subst l. ring.
  - apply andb_prop in H. destruct H as [_ H]. apply IH. exact H.
Qed.

(* A row of rational numbers, and the vector that it writes down. *)
Definition row_of (D : nat) (v : vector) (row : list Q) : Prop :=
  length row = D /\ forall i, (i < D)%nat -> Q2R (nth i row 0%Q) = v i.

Theorem independent_rows_sound D p vs rows : Forall2 (row_of D) vs rows ->
  independent_rows D p rows = true -> independent D vs.
Proof.
  intros R H. unfold independent_rows in H. apply andb_prop in H. destruct H as [H E].
  apply andb_prop in H. destruct H as [P X]. apply Z.ltb_lt in P. rewrite forallb_forall in X.
  apply (eliminate_sound _ D p _ (map (fun row i => nth i (whole p row) 0%Z) rows)) in E; [| exact P |].
  - rewrite map_map in E.
    apply (independent_scaled D _ (fun row => IZR (common row))) in E.
    + revert E. apply independent_same. clear - R X. induction R as [| v row vs rows [L V] R IH]; constructor.
      * intros i I. rewrite <- (V i I). specialize (X row (or_introl eq_refl)).
        apply andb_prop in X. destruct X as [_ X].
        pose proof (Qeq_eqR _ _ (whole_nth p row i X)) as W. rewrite Q2R_mult in W.
        unfold Q2R at 1 2, inject_Z in W. simpl in W. rewrite Rinv_1, !Rmult_1_r in W.
        unfold exact in X. apply andb_prop in X. destruct X as [X _]. apply Z.ltb_lt, IZR_lt in X.
        unfold whole_vector. rewrite W. field. lra.
      * apply IH. intros row' I. apply X. right. exact I.
    + intros row I. specialize (X row I). apply andb_prop in X. destruct X as [_ X]. unfold exact in X.
      apply andb_prop in X. destruct X as [X _]. apply Z.ltb_lt in X. apply not_0_IZR. lia.
  - clear - P X. induction rows as [| row rows IH]; constructor; [| apply IH; intros; apply X; right; assumption].
    assert (N : forall i, nth i (map (fun a => (a mod p)%Z) (whole p row)) 0%Z = (nth i (whole p row) 0 mod p)%Z).
    { intros i. assert (M := map_nth (fun a => (a mod p)%Z) (whole p row) 0%Z i). cbn beta in M.
      rewrite Zmod_0_l in M. exact M. }
    split.
    + exists 1%Z, 1%Z. split; [exists 0%Z; ring |]. intros i. rewrite N. exists (nth i (whole p row) 0 / p)%Z.
      pose proof (Z_div_mod_eq_full (nth i (whole p row) 0%Z) p). lia.
    + intros i I. rewrite N, nth_overflow, Zmod_0_l by
        (unfold whole; rewrite map_length; specialize (X row (or_introl eq_refl)); apply andb_prop in X;
         destruct X as [X _]; apply Nat.eqb_eq in X; lia).
      apply Z.divide_0_r.
Qed.
