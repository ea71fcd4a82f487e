From Coq Require Import List Bool Arith ZArith QArith Lia Lqa.
From Conslaw Require Import Polynomials Rationals.
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

Fixpoint combination_Z (c : list Z) (rows : list (list Z)) (i : nat) : Z :=
  match c, rows with a :: c', r :: rs => (a * nth i r 0 + combination_Z c' rs i)%Z | _, _ => 0%Z end.

Definition independent_mod (p : Z) (rows : list (list Z)) : Prop :=
  forall c, length c = length rows -> (forall i, (p | combination_Z c rows i)%Z) -> Forall (Z.divide p) c.

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

Lemma shift_rows p t r (g : list Z -> list Z) rs :
  (forall s, In s rs -> exists f, (forall i, (p | nth i s 0 - f * nth i r 0 - nth i (g s) 0)%Z) /\
                                  (p | nth t (g s) 0)%Z) ->
  forall c, length c = length rs -> exists f,
    (forall i, (p | combination_Z c rs i - f * nth i r 0 - combination_Z c (map g rs) i)%Z) /\
    (p | combination_Z c (map g rs) t)%Z /\ (Forall (Z.divide p) c -> (p | f)%Z).
Proof.
  induction rs as [| s rs IH]; intros H [| a c] L; try discriminate.
  - exists 0%Z. simpl. repeat split; intros; exists 0%Z; lia.
  - injection L as L. destruct (IH (fun s I => H s (or_intror I)) c L) as (f & F1 & F2 & F3).
    destruct (H s (or_introl eq_refl)) as (e & E1 & E2). exists (a * e + f)%Z. cbn [combination_Z map].
    repeat split.
    + intros i. specialize (F1 i). specialize (E1 i). destruct F1 as [k K], E1 as [l M].
      exists (k + a * l)%Z. replace ((k + a * l) * p)%Z with (k * p + a * (l * p))%Z by ring. rewrite <- K, <- M. ring.
    + apply Z.divide_add_r; [apply Z.divide_mul_r; exact E2 | exact F2].
    + intros A. inversion A as [| x l A1 A2]. subst.
      apply Z.divide_add_r; [apply Z.divide_mul_l; exact A1 | auto].
Qed.

Local Opaque inverse.

Lemma eliminate_sound steps p rows : (1 < p)%Z -> eliminate steps p rows = true -> independent_mod p rows.
Proof.
  intros P. revert rows. induction steps as [| n IH]; intros [| r rs] H; cbn [eliminate] in H; try discriminate.
  1, 2: intros [| a c] L; try discriminate; constructor.
  apply andb_prop in H. destruct H as [U H]. apply Z.eqb_eq in U. apply IH in H. clear IH.
  set (t := pivot r) in *. set (u := inverse p (nth t r 0%Z)) in *.
  clearbody u. set (g := fun s : list Z => _) in H.
  assert (U' : exists k, (u * nth t r 0 = 1 + k * p)%Z).
  { exists (u * nth t r 0 / p)%Z. pose proof (Z_div_mod_eq_full (u * nth t r 0%Z) p). lia. }
  destruct U' as [k K]. intros [| a c] L D; try discriminate. injection L as L.
  destruct (shift_rows p t r g rs) with (c := c) as (f & F1 & F2 & F3); [| exact L |].
  { intros s _. unfold g. cbv zeta. destruct (Z.eqb_spec (nth t s 0%Z) 0) as [Z | Z].
    - exists 0%Z. split; [intros i; exists 0%Z; lia | rewrite Z; apply Z.divide_0_r].
    - set (b := nth t s 0%Z) in *. exists ((b * u) mod p)%Z. split; [intros i; apply reduce_nth; lia |].
      destruct (reduce_nth p ((b * u) mod p) r s t) as [l M]; [lia |]. fold b in M.
      pose proof (Z_div_mod_eq_full (b * u) p) as E.
      exists (b * u / p * nth t r 0 - b * k - l)%Z.
      assert (X : (b * u * nth t r 0 = b * (1 + k * p))%Z) by (rewrite <- K; ring).
      assert (E' : ((b * u) mod p = b * u - p * (b * u / p))%Z) by lia.
      set (v := nth t (reduce p ((b * u) mod p)%Z r s) 0%Z) in *. clearbody v. rewrite E' in M. lia. }
  assert (A : (p | a + f)%Z).
  { specialize (D t). specialize (F1 t). cbn [combination_Z] in D.
    assert (X : (p | (a + f) * nth t r 0)%Z).
    { destruct D as [d D], F1 as [e E], F2 as [q F2]. exists (d - e - q)%Z. lia. }
    destruct X as [x X]. exists (x * u - (a + f) * k)%Z.
    assert (Y : ((a + f) * (u * nth t r 0) = u * (x * p))%Z) by (rewrite <- X; ring).
    rewrite K in Y. lia. }
  assert (C : Forall (Z.divide p) c).
  { apply H; [rewrite map_length; exact L |]. intros i. specialize (D i). specialize (F1 i).
    cbn [combination_Z] in D. destruct D as [d D], F1 as [e E], A as [q A].
    exists (d - e - q * nth i r 0)%Z.
    replace ((d - e - q * nth i r 0) * p)%Z with (d * p - e * p - (q * p) * nth i r 0)%Z by ring.
    rewrite <- D, <- E, <- A. ring. }
  constructor; [| exact C]. specialize (F3 C). destruct A as [q A], F3 as [e E]. exists (q - e)%Z. lia.
Qed.

Lemma combination_Z_mod p c rows i : (0 < p)%Z ->
  (p | combination_Z c rows i - combination_Z c (map (map (fun a => (a mod p)%Z)) rows) i)%Z.
Proof.
  intros P. revert c. induction rows as [| r rs IH]; intros [| a c]; simpl; try exact (Z.divide_0_r p).
  assert (E : (nth i r 0 = p * (nth i r 0 / p) + nth i (map (fun a => a mod p) r) 0)%Z).
  { assert (M := map_nth (fun a => (a mod p)%Z) r 0%Z i). cbn beta in M. rewrite Zmod_0_l in M. rewrite M.
    apply Z_div_mod_eq_full. }
  destruct (IH c) as [k K]. exists (a * (nth i r 0 / p) + k)%Z.
  replace ((a * (nth i r 0 / p) + k) * p)%Z with (a * (p * (nth i r 0 / p)) + k * p)%Z by ring.
  rewrite <- K. rewrite E at 1. ring.
Qed.

Definition weight (c : list Z) : Z := fold_right (fun a w => (Z.abs a + w)%Z) 0%Z c.

(* Over the integers by descent: a relation is divisible by p, and so is what is left when p is divided out. *)
Lemma descent p rows : (1 < p)%Z -> independent_mod p rows ->
  forall c, length c = length rows -> (forall i, combination_Z c rows i = 0%Z) -> Forall (eq 0%Z) c.
Proof.
  intros P I.
  assert (W : forall c, (0 <= weight c)%Z) by (induction c; simpl; lia).
  assert (H : forall n c, (weight c < Z.of_nat n)%Z -> length c = length rows ->
    (forall i, combination_Z c rows i = 0%Z) -> Forall (eq 0%Z) c).
  { induction n as [| n IH]; intros c B L Z; [specialize (W c); lia |].
    assert (E : Forall (Z.divide p) c) by (apply I; [exact L | intros i; rewrite Z; apply Z.divide_0_r]).
    assert (F : exists d, c = map (Z.mul p) d).
    { clear - E. induction E as [| a c [k K] _ [d ->]]; [exists []; reflexivity |].
      exists (k :: d). simpl. f_equal. lia. }
    destruct F as [d ->]. rewrite map_length in L.
    assert (M : weight (map (Z.mul p) d) = (p * weight d)%Z).
    { clear - P. induction d as [| a d IH]; simpl; [lia |]. rewrite IH, Z.abs_mul. lia. }
    destruct (Z.eq_dec (weight d) 0) as [N | N].
    - clear - N W. induction d as [| a d IH]; [constructor |]. simpl in N. specialize (W d).
      assert (a = 0%Z) as -> by lia. simpl. constructor; [| apply IH]; lia.
    - assert (D : Forall (eq 0%Z) d).
      { specialize (W d). apply IH; [nia | exact L |]. intros i. specialize (Z i).
        assert (S : combination_Z (map (Z.mul p) d) rows i = (p * combination_Z d rows i)%Z).
        { clear. revert rows. induction d as [| a d IH]; intros [| r rs]; simpl; try lia. rewrite IH. ring. }
        rewrite S in Z. nia. }
      clear - D. induction D as [| a d <- _ IH]; simpl; constructor; [lia | exact IH]. }
  intros c. apply (H (S (Z.to_nat (weight c)))). specialize (W c). lia.
Qed.

Definition row_of (D : nat) (v : qvector) (row : list Q) : Prop :=
  length row = D /\ forall i, (i < D)%nat -> nth i row 0 == v i.

Lemma whole_nth p row i : exact row = true ->
  inject_Z (nth i (whole p row) 0%Z) == inject_Z (common row) * nth i row 0.
Proof.
  unfold exact, whole. intros H. apply andb_prop in H. destruct H as [_ H]. set (l := common row) in *.
  clearbody l. revert i. induction row as [| q row IH]; intros [| i]; simpl in *; try ring.
  - apply andb_prop in H. destruct H as [H _]. apply Z.eqb_eq in H. destruct q as [n d]. simpl in *.
    unfold Qeq, Qmult, inject_Z. simpl. set (k := (l / Zpos d)%Z) in *. clearbody k. subst l. ring.
  - apply andb_prop in H. destruct H as [_ H]. apply IH. exact H.
Qed.

(* Rational numbers over one denominator. *)
Lemma clear_denominators (cs : list (Q * Z)) : Forall (fun cl => (snd cl <> 0)%Z) cs ->
  exists m zs, ~ inject_Z m == 0 /\ Forall2 (fun cl z => inject_Z z * inject_Z (snd cl) == inject_Z m * fst cl) cs zs.
Proof.
  induction cs as [| [[n d] l] cs IH]; intros H.
  - exists 1%Z, []. split; [discriminate | constructor].
  - inversion H as [| x y N H']. subst. destruct (IH H') as (m & zs & M & F). simpl in N.
    exists (m * Zpos d * l)%Z, ((m * n)%Z :: map (Z.mul (Zpos d * l)) zs). split.
    + rewrite !inject_Z_mult. intros E. apply Qmult_integral in E. destruct E as [E | E].
      * apply Qmult_integral in E. destruct E as [E | E]; [exact (M E) | discriminate E].
      * unfold Qeq in E. simpl in E. lia.
    + constructor.
      * unfold Qeq, Qmult, inject_Z. simpl. ring.
      * clear - F. induction F as [| x z cs zs X F IH]; constructor; [| exact IH].
        rewrite !inject_Z_mult.
        transitivity (inject_Z (Zpos d) * inject_Z l * (inject_Z z * inject_Z (snd x))); [ring | rewrite X; ring].
Qed.

Theorem independent_rows_sound D p vs rows : Forall2 (row_of D) vs rows ->
  independent_rows D p rows = true -> qindependent D vs.
Proof.
  intros R H. unfold independent_rows in H. apply andb_prop in H. destruct H as [H E].
  apply andb_prop in H. destruct H as [P X]. apply Z.ltb_lt in P. rewrite forallb_forall in X.
  apply eliminate_sound in E; [| exact P]. rewrite <- map_map in E.
  assert (I : independent_mod p (map (whole p) rows)).
  { intros c L Z. apply E; [rewrite !map_length in *; exact L |]. intros i.
    destruct (combination_Z_mod p c (map (whole p) rows) i) as [k K]; [lia |]. destruct (Z i) as [q Q].
    exists (q - k)%Z. lia. }
  clear E. intros c L C.
  destruct (clear_denominators (combine c (map common rows))) as (m & zs & M & F).
  { apply Forall_forall. intros [a l] J. apply in_combine_r in J. apply in_map_iff in J.
    destruct J as (row & <- & J). specialize (X row J). apply andb_prop in X. destruct X as [_ X].
    unfold exact in X. apply andb_prop in X. destruct X as [X _]. apply Z.ltb_lt in X. simpl. lia. }
  assert (LR := same_length _ _ _ R). assert (LF := same_length _ _ _ F).
  rewrite combine_length, map_length in LF.
  assert (Z : Forall (eq 0%Z) zs).
  { apply (descent p (map (whole p) rows) P I); [rewrite map_length; lia |]. intros i.
    destruct (Nat.lt_ge_cases i D) as [J | J].
    - assert (E : inject_Z (combination_Z zs (map (whole p) rows) i) == inject_Z m * qcombination c vs i).
      { clear I LF C. revert c zs L F. induction R as [| v row vs rows [_ V] R IH]; intros [| a c] zs L F;
          simpl in *; try discriminate; inversion F as [| x z cs zs' Z F']; subst; simpl; [ring |].
        rewrite inject_Z_plus, inject_Z_mult, whole_nth.
        2: { specialize (X row (or_introl eq_refl)). apply andb_prop in X. apply X. }
        rewrite (IH (fun r J => X r (or_intror J)) ltac:(lia) c zs'), (V i J), Qmult_assoc by (lia || assumption).
        simpl in Z. rewrite Z. ring. }
      rewrite (C i J), Qmult_0_r in E. unfold Qeq in E. simpl in E. lia.
    - clear - J X. revert zs. induction rows as [| row rows IH]; intros [| z zs]; simpl; try reflexivity.
      rewrite IH by (intros; apply X; simpl; auto).
      rewrite (nth_overflow (whole p row)); [ring |]. unfold whole. rewrite map_length.
      specialize (X row (or_introl eq_refl)). apply andb_prop in X. destruct X as [X _].
      apply Nat.eqb_eq in X. lia. }
  clear - Z F M L LR. rewrite LR in L. revert zs rows L F Z LR.
  assert (G : forall (cs : list Q) (ls : list Z) zs, length cs = length ls -> Forall2
     (fun cl z => inject_Z z * inject_Z (snd cl) == inject_Z m * fst cl) (combine cs ls) zs ->
     Forall (eq 0%Z) zs -> Forall (fun a => a == 0) cs).
  { induction cs as [| a cs IH]; intros [| l ls] zs L F Z; try discriminate; constructor.
    - simpl in F. inversion F as [| x z y zs' E F']. subst. inversion Z. subst. simpl in E.
      rewrite Qmult_0_l in E. symmetry in E. apply Qmult_integral in E. tauto.
    - simpl in F. inversion F. subst. inversion Z. subst. simpl in L. injection L as L. eauto. }
  intros zs rows L F Z _. apply (G c (map common rows) zs); [rewrite map_length; exact L | exact F | exact Z].
Qed.
