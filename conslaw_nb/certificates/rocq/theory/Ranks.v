From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lra Lia FunctionalExtensionality.
From Conslaw Require Import Polynomials RealValues Independence Models.
Import ListNotations.
Local Open Scope Z_scope.

(* ------------------------------------------------------------------ rows without their zeros *)

(* Column and entry, the columns in order; columns that stand twice are added. *)
Definition row := list (positive * Z).

Fixpoint coef (s : row) (i : positive) : Z :=
  match s with [] => 0 | (k, a) :: s' => if Pos.eqb k i then a + coef s' i else coef s' i end.

(* z modulo p; what is small is looked up. *)
Definition residues (p : Z) : Z -> Z :=
  let small := memo 1023 (fun n => Zpos n mod p) in
  fun z => match z with Z0 => 0 | Zpos n => small n | Zneg _ => z mod p end.

(* The product modulo p; of what is small it is looked up. *)
Definition products (p : Z) : Z -> Z -> Z :=
  if p <=? 64 then
    let table := memo (Z.to_nat p) (fun a => memo (Z.to_nat p) (fun b => (Zpos a * Zpos b) mod p)) in
    fun a b => match a, b with Zpos i, Zpos j => table i j | _, _ => (a * b) mod p end
  else let red := residues p in fun a b => red (a * b).

(* The integer z is the fraction q modulo p: q d = n with n = z d modulo p, and d has an inverse. *)
Definition residue (p : Z) (q : Q) (z : Z) : Prop := exists d u n,
  (p | u * d - 1) /\ (q * inject_Z d == inject_Z n)%Q /\ (p | n - z * d).

(* The row of the numbers f(1) ... f(D). *)
Fixpoint row_from (steps : nat) (i : positive) (f : positive -> Z) : row :=
  match steps with
  | O => []
  | S n => let a := f i in if a =? 0 then row_from n (Pos.succ i) f else (i, a) :: row_from n (Pos.succ i) f
  end.
Definition row_to (D : nat) (f : positive -> Z) : row := row_from D 1 f.

(* s + f r *)
Fixpoint plus_times (red : Z -> Z) (prod : Z -> Z -> Z) (f : Z) (r : row) : row -> row :=
  match r with
  | [] => fun s => s
  | (k, a) :: r' =>
      fix into (s : row) : row :=
        match s with
        | [] => (k, prod f a) :: plus_times red prod f r' []
        | (l, b) :: s' =>
            match Pos.compare k l with
            | Lt => (k, prod f a) :: plus_times red prod f r' s
            | Gt => (l, b) :: into s'
            | Eq =>
                let c := red (b + prod f a) in
                if c =? 0 then plus_times red prod f r' s' else (k, c) :: plus_times red prod f r' s'
            end
        end
  end.

(* Elimination modulo p. That p is prime is not needed, only 1 < p: every pivot comes with an inverse u, and
   u * pivot = 1 modulo p is checked. *)
Fixpoint euclid (steps : nat) (a b u v : Z) : Z :=
  match steps with
  | O => u
  | S n => if b =? 0 then u else euclid n b (a mod b) v (u - a / b * v)
  end.

Definition inverse (p a : Z) : Z := euclid 100 a p 1 0 mod p.

Fixpoint eliminate (steps D : nat) (p : Z) (red : Z -> Z) (prod : Z -> Z -> Z) (rows : list row) : bool :=
  match rows, steps with
  | [], _ => true
  | [] :: _, _ => false
  | _, O => false
  | (((t, _) :: _) as r) :: rs, S n =>
      let c := coef r t in
      let u := inverse p c in
      (red (u * c) =? 1) && Nat.leb (Pos.to_nat t) D &&
      eliminate n D p red prod (map (fun s => let b := coef s t in
        if b =? 0 then s else plus_times red prod (red (b * (p - u))) r s) rs)
  end.

Definition independent_rows (D : nat) (p : Z) (rows : list row) : bool :=
  (1 <? p) && eliminate (length rows) D p (residues p) (products p) rows.

(* ------------------------------------------------------------------ residues *)

Lemma residues_same p z : residues p z = z mod p.
Proof. unfold residues. destruct z as [| n | n]; [symmetry; apply Zmod_0_l | | reflexivity].
  exact (memo_same 1023 (fun n => Zpos n mod p) n). Qed.

Lemma residues_divide p z : (p | z - residues p z).
Proof. rewrite residues_same. exists (z / p). pose proof (Z_div_mod_eq_full z p). lia. Qed.

Lemma products_divide p a b : (p | a * b - products p a b).
Proof.
  assert (M : (p | a * b - (a * b) mod p)).
  { exists (a * b / p). pose proof (Z_div_mod_eq_full (a * b) p). lia. }
  unfold products. destruct (p <=? 64); [| apply residues_divide].
  destruct a as [| i | i], b as [| j | j]; try exact M. cbv zeta. rewrite !memo_same. exact M.
Qed.

Lemma residue_units p q z d u n : (p | u * d - 1) -> (q * inject_Z d == inject_Z n)%Q -> (p | n - z * d) ->
  residue p q z.
Proof. intros. exists d, u, n. auto. Qed.

Lemma residue_whole p n : residue p (inject_Z n) n.
Proof.
  apply (residue_units p _ _ 1 1 n); [exists 0; ring | | exists 0; ring]. unfold inject_Z, Qmult, Qeq. simpl. ring.
Qed.

Lemma residue_change p q z z' : (p | z - z') -> residue p q z -> residue p q z'.
Proof.
  intros [k K] (d & u & n & U & E & [l L]). apply (residue_units p _ _ d u n U E). exists (l + k * d).
  replace z' with (z - k * p) by lia. rewrite Z.mul_add_distr_r, <- L. ring.
Qed.

Lemma residue_same p q q' z : (q == q')%Q -> residue p q z -> residue p q' z.
Proof. intros E (d & u & n & U & F & L). apply (residue_units p _ _ d u n U); [rewrite <- E; exact F | exact L]. Qed.

Lemma units_times p d u d' u' : (p | u * d - 1) -> (p | u' * d' - 1) -> (p | u * u' * (d * d') - 1).
Proof.
  intros [k K] [l L]. exists (k * (u' * d') + l).
  replace ((k * (u' * d') + l) * p) with (k * p * (u' * d') + l * p) by ring. rewrite <- K, <- L. ring.
Qed.

Lemma residue_plus p q z q' z' : residue p q z -> residue p q' z' -> residue p (q + q')%Q (z + z').
Proof.
  intros (d & u & n & U & E & [k K]) (d' & u' & n' & U' & E' & [l L]).
  apply (residue_units p _ _ _ _ (n * d' + n' * d) (units_times _ _ _ _ _ U U')).
  - rewrite inject_Z_plus, !inject_Z_mult, <- E, <- E'. ring.
  - exists (k * d' + l * d). replace ((k * d' + l * d) * p) with (k * p * d' + l * p * d) by ring.
    rewrite <- K, <- L. ring.
Qed.

Lemma residue_times p q z q' z' : residue p q z -> residue p q' z' -> residue p (q * q')%Q (z * z').
Proof.
  intros (d & u & n & U & E & [k K]) (d' & u' & n' & U' & E' & [l L]).
  apply (residue_units p _ _ _ _ (n * n') (units_times _ _ _ _ _ U U')).
  - rewrite !inject_Z_mult, <- E, <- E'. ring.
  - exists (k * n' + l * (z * d)).
    replace ((k * n' + l * (z * d)) * p) with (k * p * n' + l * p * (z * d)) by ring. rewrite <- K, <- L. ring.
Qed.

(* ------------------------------------------------------------------ rows *)

Lemma coef_row_to D f i : (i < D)%nat -> coef (row_to D f) (Pos.of_succ_nat i) = f (Pos.of_succ_nat i).
Proof.
  assert (B : forall n k j, (j < k)%positive -> coef (row_from n k f) j = 0).
  { induction n as [| n IH]; intros k j L; simpl; [reflexivity |].
    destruct (f k =? 0); simpl; [| destruct (Pos.eqb_spec k j); [lia |]]; apply IH; lia. }
  assert (H : forall n k j, (k <= j)%positive -> (Pos.to_nat j < Pos.to_nat k + n)%nat ->
    coef (row_from n k f) j = f j).
  { induction n as [| n IH]; intros k j L U; [lia |]. cbn [row_from]. destruct (Pos.eq_dec k j) as [<- | N].
    - destruct (Z.eqb_spec (f k) 0) as [-> | _]; simpl; [| rewrite Pos.eqb_refl]; rewrite B by lia; lia.
    - destruct (f k =? 0); simpl; [| destruct (Pos.eqb_spec k j); [contradiction |]]; apply IH; lia. }
  intros L. apply H; lia.
Qed.

Lemma coef_plus_times p f r s i :
  (p | coef s i + f * coef r i - coef (plus_times (residues p) (products p) f r s) i).
Proof.
  revert s. induction r as [| [k a] r IH]; intros s; [exists 0; simpl; ring |].
  assert (R : forall z, exists q, residues p z = z - q * p).
  { intros z. destruct (residues_divide p z) as [q Q]. exists q. lia. }
  assert (P : exists q, products p f a = f * a - q * p).
  { destruct (products_divide p f a) as [q Q]. exists q. lia. }
  destruct P as [w P].
  assert (step : forall s, (p | coef s i + f * coef ((k, a) :: r) i -
    coef ((k, products p f a) :: plus_times (residues p) (products p) f r s) i)).
  { intros t. cbn [coef]. destruct (IH t) as [x X]. rewrite P. set (y := w).
    destruct (Pos.eqb k i); [exists (x + y); lia | exists x; exact X]. }
  induction s as [| [l b] s IHs]; [exact (step []) |]. cbn [plus_times].
  destruct (Pos.compare_spec k l) as [<- | _ | _]; [| exact (step ((l, b) :: s)) |].
  - cbv zeta.
    destruct (R (b + products p f a)) as [y E], (IH s) as [x X].
    destruct (Z.eqb_spec (residues p (b + products p f a)) 0) as [Z | _]; cbn [coef].
    + destruct (Pos.eqb k i); [exists (x + y + w); lia | exists x; exact X].
    + rewrite E. destruct (Pos.eqb k i); [exists (x + y + w); lia | exists x; exact X].
  - change ((fix into (s : row) : row := _) s) with (plus_times (residues p) (products p) f ((k, a) :: r) s).
    destruct IHs as [x X]. exists x. cbn [coef] in *. destruct (Pos.eqb l i); lia.
Qed.

(* ------------------------------------------------------------------ ranks modulo p *)

(* Elimination over the integers does the same without dividing: its rows are unit multiples, modulo p, of the rows
   here. So what is independent modulo p is independent over the reals. *)
Definition whole_vector (v : nat -> Z) : vector := fun i => IZR (v i).

Definition multiple_of (n : nat) (p : Z) (s : row) (v : nat -> Z) : Prop :=
  exists a b, (p | a * b - 1) /\ forall i, (i < n)%nat -> (p | v i - a * coef s (Pos.of_succ_nat i)).

Definition whole_cut (t : nat) (w v : nat -> Z) : nat -> Z := fun k => (w t * v k - v t * w k).

Lemma whole_cuts t w vs :
  map whole_vector (map (whole_cut t w) vs) = map (cut t (whole_vector w)) (map whole_vector vs).
Proof.
  rewrite !map_map. apply map_ext. intros v. apply functional_extensionality. intros k.
  unfold whole_vector, whole_cut, cut. rewrite minus_IZR, !mult_IZR. reflexivity.
Qed.

Local Opaque inverse residues products.

Lemma step_multiple n p t u r s w v : (t < n)%nat -> (p | u * coef r (Pos.of_succ_nat t) - 1) ->
  multiple_of n p r w -> multiple_of n p s v ->
  multiple_of n p (let b := coef s (Pos.of_succ_nat t) in
    if b =? 0 then s else plus_times (residues p) (products p) (residues p (b * (p - u))) r s) (whole_cut t w v).
Proof.
  intros T U (a & b & AB & W) (c & d & CD & V).
  match goal with |- multiple_of _ _ ?l _ => set (s' := l) end. set (at_ := fun s i => coef s (Pos.of_succ_nat i)).
  assert (E : forall i, (p | at_ s i - at_ s t * u * at_ r i - at_ s' i)).
  { intros i. unfold s'. cbv zeta. fold (at_ s t). destruct (Z.eqb_spec (at_ s t) 0) as [-> | N]; [exists 0; ring |].
    destruct (coef_plus_times p (residues p (at_ s t * (p - u))) r s (Pos.of_succ_nat i)) as [k K].
    fold (at_ s i) (at_ r i) in K. destruct (residues_divide p (at_ s t * (p - u))) as [l L].
    set (f := residues p (at_ s t * (p - u))) in *. unfold at_ at 4. clearbody f.
    exists (k - at_ s t * at_ r i + l * at_ r i).
    replace ((k - at_ s t * at_ r i + l * at_ r i) * p) with (k * p - at_ s t * p * at_ r i + l * p * at_ r i) by ring.
    rewrite <- K, <- L. ring. }
  clearbody s'. fold (at_ r t) in U. exists (a * c * at_ r t), (b * d * u).
  destruct AB as [x X], CD as [y Y], U as [z Z]. split.
  - exists (x * (c * d) * (u * at_ r t) + y * (u * at_ r t) + z).
    replace (a * c * at_ r t * (b * d * u) - 1) with
      ((a * b - 1) * (c * d) * (u * at_ r t) + (c * d - 1) * (u * at_ r t) + (u * at_ r t - 1)) by ring.
    rewrite X, Y, Z. ring.
  - intros i I. destruct (W i I) as [w1 W1], (W t T) as [w2 W2], (V i I) as [v1 V1], (V t T) as [v2 V2].
    destruct (E i) as [e E1].
    fold (at_ r i) in W1. fold (at_ r t) in W2. fold (at_ s i) in V1. fold (at_ s t) in V2. fold (at_ s' i).
    unfold whole_cut.
    replace (w i) with (a * at_ r i + w1 * p) by lia. replace (w t) with (a * at_ r t + w2 * p) by lia.
    replace (v i) with (c * at_ s i + v1 * p) by lia. replace (v t) with (c * at_ s t + v2 * p) by lia.
    replace (at_ s' i) with (at_ s i - at_ s t * u * at_ r i - e * p) by lia.
    exists (a * at_ r t * v1 + w2 * c * at_ s i + w2 * v1 * p - c * at_ s t * w1 -
      v2 * a * at_ r i - v2 * w1 * p + a * c * (at_ r t * e + at_ s t * at_ r i * z)).
    assert (Q : a * c * at_ s t * at_ r i * (u * at_ r t) = a * c * at_ s t * at_ r i * (1 + z * p)) by (f_equal; lia).
    ring_simplify. ring_simplify in Q. lia.
Qed.

Lemma eliminate_sound steps n p rows vs : 1 < p -> eliminate steps n p (residues p) (products p) rows = true ->
  Forall2 (multiple_of n p) rows vs -> independent n (map whole_vector vs).
Proof.
  intros P. revert rows vs. induction steps as [| m IH]; intros rows vs H M;
    (destruct M as [| r w rs ws R M]; [intros [| a c] L Z; [constructor | discriminate] |]);
    (destruct r as [| [t' e] r']; [discriminate H |]); [discriminate H |].
  cbn [eliminate] in H. rewrite !andb_true_iff in H. destruct H as [[U L] H].
  apply Z.eqb_eq in U. apply Nat.leb_le in L. rewrite residues_same in U.
  assert (T : exists t, Pos.of_succ_nat t = t') by (exists (pred (Pos.to_nat t')); lia). destruct T as [t <-].
  assert (B : (t < n)%nat) by lia. set (r := (Pos.of_succ_nat t, e) :: r') in *.
  set (u := inverse p (coef r (Pos.of_succ_nat t))) in *. clearbody u r.
  assert (U' : (p | u * coef r (Pos.of_succ_nat t) - 1)).
  { exists (u * coef r (Pos.of_succ_nat t) / p).
    pose proof (Z_div_mod_eq_full (u * coef r (Pos.of_succ_nat t)) p). lia. }
  assert (N : forall k l, (p | k * l - 1) -> ~ (p | l)).
  { intros k l [x X] [y Y]. assert (D : (p | 1)) by
      (exists (k * y - x); rewrite Z.mul_sub_distr_r, <- X, <- Z.mul_assoc, <- Y; ring).
    apply Z.divide_1_r_nonneg in D; lia. }
  cbn [map]. apply (independent_pivot n t); [exact B | |].
  - unfold whole_vector. intros Z. apply eq_IZR in Z. destruct R as (a & b & [x X] & W). destruct (W t B) as [y Y].
    rewrite Z in Y. apply (N u (coef r (Pos.of_succ_nat t)) U').
    exists (- b * y - x * coef r (Pos.of_succ_nat t)). rewrite Z.mul_sub_distr_r.
    replace (x * coef r (Pos.of_succ_nat t) * p) with ((a * b - 1) * coef r (Pos.of_succ_nat t)) by (rewrite X; ring).
    replace (- b * y * p) with (- b * (y * p)) by ring. rewrite <- Y. ring.
  - rewrite <- whole_cuts. apply (IH _ _ H). clear - M R B U'.
    induction M as [| s v rs ws S M IHM]; constructor; auto. apply step_multiple; assumption.
Qed.

(* A row, and the vector that it is modulo p. *)
Definition row_of (D : nat) (p : Z) (v : vector) (s : row) : Prop := exists q : nat -> Q, forall i, (i < D)%nat ->
  v i = Q2R (q i) /\ residue p (q i) (coef s (Pos.of_succ_nat i)).

(* All its fractions are multiplied by one denominator. *)
Lemma row_whole D p v s : row_of D p v s -> exists d u w, (p | u * d - 1) /\
  forall i, (i < D)%nat -> (v i * IZR d = IZR (w i))%R /\ (p | w i - d * coef s (Pos.of_succ_nat i)).
Proof.
  intros (q & H). induction D as [| D IH].
  - exists 1, 1, (fun _ => 0). split; [exists 0; ring | intros; lia].
  - destruct IH as (d & u & w & U & W); [intros i I; apply H; lia |].
    destruct (H D) as (V & e & t & n & T & E & [k K]); [lia |].
    exists (d * e), (u * t), (fun i => if Nat.eqb i D then n * d else w i * e).
    split; [apply units_times; assumption |].
    intros i I. destruct (Nat.eqb_spec i D) as [-> | N].
    + split; [| exists (k * d); replace (k * d * p) with (k * p * d) by ring; rewrite <- K; ring].
      apply Qeq_eqR in E. rewrite Q2R_mult in E. unfold Q2R at 2 3, inject_Z in E. simpl in E.
      rewrite Rinv_1, !Rmult_1_r in E. rewrite V, !mult_IZR, <- E. ring.
    + destruct (W i) as (A & [l L]); [lia |]. split; [rewrite !mult_IZR, <- A; ring |].
      exists (l * e). replace (l * e * p) with (l * p * e) by ring. rewrite <- L. ring.
Qed.

Theorem independent_rows_sound D p vs rows : Forall2 (row_of D p) vs rows ->
  independent_rows D p rows = true -> independent D vs.
Proof.
  intros R H. apply andb_prop in H. destruct H as [P E]. apply Z.ltb_lt in P.
  assert (L : exists ws : list (Z * (nat -> Z)), Forall2 (multiple_of D p) rows (map snd ws) /\
    Forall2 (fun v w => forall i, (i < D)%nat -> v i = (whole_vector (snd w) i / IZR (fst w))%R) vs ws /\
    forall w, In w ws -> IZR (fst w) <> 0%R).
  { clear E. induction R as [| v s vs rows V R (ws & A & B & C)].
    - exists []. repeat constructor. intros w [].
    - destruct (row_whole D p v s V) as (d & u & w & U & W). exists ((d, w) :: ws).
      assert (N : IZR d <> 0%R).
      { intros Z. apply eq_IZR in Z. subst d. destruct U as [k K].
        assert (D1 : (p | 1)) by (exists (- k); rewrite Z.mul_opp_l, <- K; ring).
        apply Z.divide_1_r_nonneg in D1; lia. }
      split; [constructor; [| exact A] | split; [constructor; [| exact B] |]].
      + exists d, u. split; [rewrite Z.mul_comm; exact U | intros i I; apply W, I].
      + intros i I. destruct (W i I) as [F _]. unfold whole_vector. simpl. rewrite <- F. field. exact N.
      + intros x [<- | J]; [exact N | exact (C x J)]. }
  destruct L as (ws & A & B & C). apply (eliminate_sound _ D p _ _ P E) in A. rewrite map_map in A.
  apply (independent_scaled D _ (fun w => IZR (fst w)) ws C) in A. revert A. apply independent_same.
  clear - B. induction B as [| v w vs ws F B IH]; constructor; [| exact IH]. intros i I. symmetry. apply F, I.
Qed.
