From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lra Lia.
From Conslaw Require Import Polynomials RealValues Independence Models Ranks Lie Smooth StructureRanks
  StructureProducts.
Import ListNotations.
Local Open Scope Z_scope.

(* ------------------------------------------------------------------ sparse vectors of integers *)

(* b + c a *)
Definition plus (c : Z) (a b : row) : row := merge (fun z => z) c a b.

Lemma coef_plus c a b i : coef (plus c a b) i = coef b i + c * coef a i.
Proof.
  destruct (coef_merge 0 (fun z => z) c a b i) as [k K]; [intros z; exists 0; ring |]. unfold plus. lia.
Qed.

Lemma coef_app a b i : coef (a ++ b) i = coef a i + coef b i.
Proof. induction a as [| [k x] a IH]; simpl; [reflexivity |]. rewrite IH. destruct (Pos.eqb k i); ring. Qed.

(* The sum of v f(r) over the entries (r, v), r <= n. *)
Definition weighted (n : N) (f : positive -> Z) (a : row) : Z :=
  fold_right (fun e s => if (Npos (fst e) <=? n)%N then snd e * f (fst e) + s else s) 0 a.

Definition dot_rows (n : N) (a b : row) : Z := weighted n (coef b) a.

(* The row of sums of v M(r): a vector times a matrix that is given by its rows. *)
Definition through (n : N) (M : positive -> row) (a : row) : row :=
  fold_right (fun e s => if (Npos (fst e) <=? n)%N then plus (snd e) (M (fst e)) s else s) [] a.

Lemma coef_through n M a i : coef (through n M a) i = weighted n (fun r => coef (M r) i) a.
Proof.
  induction a as [| [r v] a IH]; [reflexivity |]. cbn [through weighted fold_right fst snd].
  fold (through n M a) (weighted n (fun r => coef (M r) i) a). destruct (Npos r <=? n)%N; [| exact IH].
  rewrite coef_plus, IH. ring.
Qed.

(* A row that has the numbers f(0) ... f(n - 1). *)
Definition same (n : nat) (a : row) (f : vector) : Prop :=
  forall i, (i < n)%nat -> IZR (coef a (Pos.of_succ_nat i)) = f i.

Lemma dot_weighted n a f : IZR (weighted (N.of_nat n) f a) =
  dot n (fun i => IZR (coef a (Pos.of_succ_nat i))) (fun i => IZR (f (Pos.of_succ_nat i))).
Proof.
  induction a as [| [r v] a IH]; [symmetry; apply dot_zero_left |]. cbn [weighted fold_right fst snd].
  fold (weighted (N.of_nat n) f a).
  rewrite (dot_same n _ (fun i => IZR v * basis (pred (Pos.to_nat r)) i + IZR (coef a (Pos.of_succ_nat i)))%R _
    (fun i => IZR (f (Pos.of_succ_nat i)))); [| | reflexivity].
  - rewrite dot_step, <- IH. destruct (N.leb_spec (Npos r) (N.of_nat n)) as [I | I].
    + rewrite dot_unit by lia. rewrite plus_IZR, mult_IZR.
      replace (Pos.of_succ_nat (pred (Pos.to_nat r))) with r by lia. reflexivity.
    + rewrite (dot_same n _ (fun _ => 0%R) _ (fun i => IZR (f (Pos.of_succ_nat i)))); [| | reflexivity].
      * rewrite dot_zero_left. ring.
      * intros i J. unfold basis. destruct (Nat.eqb_spec (pred (Pos.to_nat r)) i); [lia | reflexivity].
  - intros i _. cbn [coef]. unfold basis. destruct (Pos.eqb_spec r (Pos.of_succ_nat i)) as [-> | N].
    + rewrite SuccNat2Pos.id_succ. simpl pred. rewrite Nat.eqb_refl, plus_IZR. ring.
    + destruct (Nat.eqb_spec (pred (Pos.to_nat r)) i); [exfalso; apply N; lia | ring].
Qed.

Lemma same_dot n a b f g : same n a f -> same n b g -> IZR (dot_rows (N.of_nat n) a b) = dot n f g.
Proof. intros F G. unfold dot_rows. rewrite dot_weighted. apply dot_same; assumption. Qed.

Lemma same_through n m a M f (g : nat -> vector) : same n a f ->
  (forall r s, (r < n)%nat -> (s < m)%nat -> IZR (coef (M (Pos.of_succ_nat r)) (Pos.of_succ_nat s)) = g r s) ->
  same m (through (N.of_nat n) M a) (fun s => dot n f (fun r => g r s)).
Proof.
  intros F G s S. rewrite coef_through, dot_weighted. apply dot_same; [exact F |]. intros r R. apply G; assumption.
Qed.

Lemma same_plus n c a b f g : same n a f -> same n b g -> same n (plus c a b) (fun i => IZR c * f i + g i)%R.
Proof. intros F G i I. rewrite coef_plus, plus_IZR, mult_IZR, F, G by exact I. ring. Qed.

Lemma same_change n a f g : (forall i, (i < n)%nat -> f i = g i) -> same n a f -> same n a g.
Proof. intros E F i I. rewrite F by exact I. apply E, I. Qed.

Lemma same_basis n i : same n [(Pos.of_succ_nat i, 1)] (basis i).
Proof.
  intros k K. cbn [coef]. unfold basis. destruct (Pos.eqb_spec (Pos.of_succ_nat i) (Pos.of_succ_nat k)),
    (Nat.eqb_spec i k); try reflexivity; lia.
Qed.

(* ------------------------------------------------------------------ matrices, and what is placed in them *)

(* Matrix k of a layout, at a point: its numbers of rows and columns, the number of its first variable, whether its
   variables run through it column by column, and its rows and columns. *)
Record layer := Layer { high : N; wide : N; first : N; turned : bool }.
Record slice := Slice { shape : layer; rows : positive -> row; columns : positive -> row }.

Definition index (l : layer) (r s : positive) : positive :=
  let r' := Pos.pred_N r in
  let s' := Pos.pred_N s in
  N.succ_pos (first l + if turned l then s' * high l + r' else r' * wide l + s').

(* The matrix a b^T. *)
Definition block (l : layer) (a b : row) : row :=
  let entry u v := (index l (fst u) (fst v), snd u * snd v) in
  let us := filter (fun u => (Npos (fst u) <=? high l)%N) a in
  let vs := filter (fun v => (Npos (fst v) <=? wide l)%N) b in
  if turned l then flat_map (fun v => map (fun u => entry u v) us) vs else flat_map (fun u => map (entry u) vs) us.

Section Slices.
  Variables (L : layout) (D : nat) (x : point).
  Hypothesis P : proper L D.
  Notation n := (width L).
  Notation var k r s := (Pos.of_succ_nat (place L k r s)).

  Definition describes (k : nat) (l : layer) : Prop :=
    (k < depth L)%nat /\ high l = N.of_nat (n k) /\ wide l = N.of_nat (n (S k)) /\
    forall r s, (r < n k)%nat -> (s < n (S k))%nat -> index l (Pos.of_succ_nat r) (Pos.of_succ_nat s) = var k r s.

  Lemma coef_block h l a b k r s : describes h l -> valid L k r s ->
    coef (block l a b) (var k r s) = if Nat.eqb h k then coef a (Pos.of_succ_nat r) * coef b (Pos.of_succ_nat s) else 0.
  Proof.
    intros (H & R & S' & I) V.
    set (us := filter (fun u => (Npos (fst u) <=? high l)%N) a).
    set (vs := filter (fun v => (Npos (fst v) <=? wide l)%N) b).
    assert (X : forall u v, In u us -> In v vs -> Pos.eqb (index l (fst u) (fst v)) (var k r s) =
      Nat.eqb h k && Pos.eqb (fst u) (Pos.of_succ_nat r) && Pos.eqb (fst v) (Pos.of_succ_nat s)).
    { intros u v Iu Iv. apply filter_In in Iu. apply filter_In in Iv. destruct Iu as [_ Iu], Iv as [_ Iv].
      apply N.leb_le in Iu, Iv. rewrite R in Iu. rewrite S' in Iv.
      assert (Eu : exists i, fst u = Pos.of_succ_nat i) by (exists (pred (Pos.to_nat (fst u))); lia).
      assert (Ev : exists j, fst v = Pos.of_succ_nat j) by (exists (pred (Pos.to_nat (fst v))); lia).
      destruct Eu as [i Ei], Ev as [j Ej]. rewrite Ei, Ej in *. rewrite I by lia.
      assert (W : valid L h i j) by (split; [exact H | lia]).
      destruct (Pos.eqb_spec (var h i j) (var k r s)) as [E | N].
      - apply SuccNat2Pos.inj in E. destruct (place_once _ _ P _ _ _ _ _ _ W V E) as (-> & -> & ->).
        rewrite Nat.eqb_refl, !Pos.eqb_refl. reflexivity.
      - destruct (Nat.eqb_spec h k), (Pos.eqb_spec (Pos.of_succ_nat i) (Pos.of_succ_nat r)),
          (Pos.eqb_spec (Pos.of_succ_nat j) (Pos.of_succ_nat s)); try reflexivity. exfalso. apply N.
        assert (i = r) by lia. assert (j = s) by lia. congruence. }
    assert (A : forall (c : row) m i, (Npos i <= m)%N -> coef (filter (fun u => (Npos (fst u) <=? m)%N) c) i =
      coef c i).
    { clear. induction c as [| [k v] c IH]; intros m i M; [reflexivity |]. simpl.
      destruct (N.leb_spec (Npos k) m); simpl; rewrite IH by exact M; [reflexivity |].
      destruct (Pos.eqb_spec k i); [subst; lia | reflexivity]. }
    assert (Z : coef (block l a b) (var k r s) = if Nat.eqb h k then coef us (Pos.of_succ_nat r) * coef vs
      (Pos.of_succ_nat s) else 0).
    { unfold block. fold us vs. clearbody us vs. clear A. destruct (turned l).
      - induction vs as [| v vs IH]; [simpl; destruct (Nat.eqb h k); ring |]. cbn [flat_map]. rewrite coef_app, IH by
          (intros; apply X; [assumption | right; assumption]).
        assert (Y : coef (map (fun u => (index l (fst u) (fst v), snd u * snd v)) us) (var k r s) =
          if Nat.eqb h k && Pos.eqb (fst v) (Pos.of_succ_nat s) then coef us (Pos.of_succ_nat r) * snd v else 0).
        { clear IH. induction us as [| u us IH]; [simpl; destruct (Nat.eqb h k && _); ring |]. cbn [map coef].
          rewrite IH by (intros; apply X; [right; assumption | assumption]).
          rewrite X by (left; reflexivity). destruct u as [u c]. simpl.
          destruct (Nat.eqb h k), (Pos.eqb u (Pos.of_succ_nat r)), (Pos.eqb (fst v) (Pos.of_succ_nat s)); simpl; ring. }
        rewrite Y. destruct v as [v c]. simpl. destruct (Nat.eqb h k), (Pos.eqb v (Pos.of_succ_nat s)); simpl; ring.
      - induction us as [| u us IH]; [simpl; destruct (Nat.eqb h k); ring |]. cbn [flat_map]. rewrite coef_app, IH by
          (intros; apply X; [right; assumption | assumption]).
        assert (Y : coef (map (fun v => (index l (fst u) (fst v), snd u * snd v)) vs) (var k r s) =
          if Nat.eqb h k && Pos.eqb (fst u) (Pos.of_succ_nat r) then snd u * coef vs (Pos.of_succ_nat s) else 0).
        { clear IH. induction vs as [| v vs IH]; [simpl; destruct (Nat.eqb h k && _); ring |]. cbn [map coef].
          rewrite IH by (intros; apply X; [assumption | right; assumption]).
          rewrite X by (left; reflexivity). destruct v as [v c]. simpl.
          destruct (Nat.eqb h k), (Pos.eqb (fst u) (Pos.of_succ_nat r)), (Pos.eqb v (Pos.of_succ_nat s)); simpl; ring. }
        rewrite Y. destruct u as [u c]. simpl. destruct (Nat.eqb h k), (Pos.eqb u (Pos.of_succ_nat r)); simpl; ring. }
    rewrite Z. destruct V as (K & Vr & Vs). destruct (Nat.eqb_spec h k) as [-> | N]; [| reflexivity].
    unfold us, vs. rewrite !A by lia. reflexivity.
  Qed.

  (* Matrix k at the point. *)
  Definition cuts (k : nat) (m : slice) : Prop :=
    describes k (shape m) /\ forall r s, (r < n k)%nat -> (s < n (S k))%nat ->
      IZR (coef (rows m (Pos.of_succ_nat r)) (Pos.of_succ_nat s)) = U L x k r s /\
      IZR (coef (columns m (Pos.of_succ_nat s)) (Pos.of_succ_nat r)) = U L x k r s.

  Fixpoint cut_from (k : nat) (ms : list slice) : Prop :=
    match ms with [] => k = depth L | m :: ms' => cuts k m /\ cut_from (S k) ms' end.

  (* Rows for f(k), f(k + 1), ..., one for each matrix; g says where they end. *)
  Fixpoint all_same (g : nat -> nat) (k : nat) (f : nat -> vector) (ms : list slice) (l : list row) : Prop :=
    match ms, l with
    | [], [] => True
    | _ :: ms', a :: l' => same (n (g k)) a (f k) /\ all_same g (S k) f ms' l'
    | _, _ => False
    end.

  Fixpoint leads (ms : list slice) (a : row) : list row :=
    match ms with [] => [] | m :: ms' => a :: leads ms' (through (high (shape m)) (rows m) a) end.

  Lemma leads_same i ms : forall k a, cut_from k ms -> same (n k) a (lead L x i k) ->
    all_same (fun h => h) k (lead L x i) ms (leads ms a).
  Proof.
    induction ms as [| m ms IH]; intros k a C A; [exact I |]. destruct C as [[(_ & H & _) M] C].
    split; [exact A |]. apply IH; [exact C |]. rewrite H. cbn [lead]. apply same_through; [exact A |].
    intros r s R S'. apply M; assumption.
  Qed.

  (* Those of columns: after each matrix, and before the first. *)
  Fixpoint trails (ms : list slice) (a : row) : list row * row :=
    match ms with
    | [] => ([], a)
    | m :: ms' => let (l, t) := trails ms' a in (t :: l, through (wide (shape m)) (columns m) t)
    end.

  Lemma trails_same j ms a : forall k, cut_from k ms -> same (n (depth L)) a (basis j) ->
    all_same S k (fun h => trail L x j (S h)) ms (fst (trails ms a)) /\ same (n k) (snd (trails ms a)) (trail L x j k).
  Proof.
    induction ms as [| m ms IH]; intros k C A.
    - simpl in C. subst k. split; [exact I |]. unfold trail. rewrite Nat.sub_diag. exact A.
    - destruct C as [[(K & _ & W & _) M] C]. destruct (IH (S k) C A) as [B T]. cbn [trails].
      destruct (trails ms a) as [l t]. cbn [fst snd] in *. split; [split; assumption |]. rewrite W.
      apply (same_change _ _ (fun r => dot (n (S k)) (trail L x j (S k)) (fun s => U L x k r s))).
      + intros r _. rewrite (trail_step L) by exact K. apply dot_commutes.
      + apply (same_through (n (S k)) (n k) t (columns m) _ (fun s r => U L x k r s)); [exact T |].
        intros s r S' R. apply M; assumption.
  Qed.

  Fixpoint along_leads (ms : list slice) (As Bs Ts : list row) (v : row) : list row :=
    match ms, As, Bs, Ts with
    | m :: ms', a :: As', b :: Bs', t :: Ts' =>
        v :: along_leads ms' As' Bs' Ts' (plus (dot_rows (high (shape m)) a b) t (through (high (shape m)) (rows m) v))
    | _, _, _, _ => []
    end.

  Lemma along_leads_same i i' j' ms : forall k As Bs Ts v, cut_from k ms ->
    all_same (fun h => h) k (lead L x i) ms As -> all_same (fun h => h) k (lead L x i') ms Bs ->
    all_same S k (fun h => trail L x j' (S h)) ms Ts -> same (n k) v (lead_along L x i i' j' k) ->
    all_same (fun h => h) k (lead_along L x i i' j') ms (along_leads ms As Bs Ts v).
  Proof.
    induction ms as [| m ms IH]; intros k [| a As] [| b Bs] [| t Ts] v C A B T V; try contradiction; [exact I |].
    destruct C as [[(_ & H & _) M] C], A as [A As'], B as [B Bs'], T as [T Ts']. cbn [along_leads].
    split; [exact V |]. apply IH; try assumption. rewrite H.
    apply (same_change _ _ (fun s => IZR (dot_rows (N.of_nat (n k)) a b) * trail L x j' (S k) s +
      dot (n k) (lead_along L x i i' j' k) (fun r => U L x k r s))%R).
    - intros s _. rewrite (same_dot _ _ _ _ _ A B). cbn [lead_along]. ring.
    - apply same_plus; [exact T |]. apply same_through; [exact V |]. intros r s R S'. apply M; assumption.
  Qed.

  Fixpoint along_trails (ms : list slice) (Bs Ts Ts' : list row) : list row * row :=
    match ms, Bs, Ts, Ts' with
    | m :: ms', b :: Bs', t :: Ts1, t' :: Ts1' =>
        let (l, w) := along_trails ms' Bs' Ts1 Ts1' in
        (w :: l, plus (dot_rows (wide (shape m)) t' t) b (through (wide (shape m)) (columns m) w))
    | _, _, _, _ => ([], [])
    end.

  Lemma along_trails_same j i' j' ms : forall k Bs Ts Ts', cut_from k ms ->
    all_same (fun h => h) k (lead L x i') ms Bs -> all_same S k (fun h => trail L x j (S h)) ms Ts ->
    all_same S k (fun h => trail L x j' (S h)) ms Ts' ->
    all_same S k (fun h => trail_along L x j i' j' (S h)) ms (fst (along_trails ms Bs Ts Ts')) /\
    same (n k) (snd (along_trails ms Bs Ts Ts')) (trail_along L x j i' j' k).
  Proof.
    induction ms as [| m ms IH]; intros k [| b Bs] [| t Ts] [| t' Ts'] C B T T'; try contradiction.
    - simpl in C. subst k. split; [exact I |]. intros r _. unfold trail_along. rewrite Nat.sub_diag. reflexivity.
    - destruct C as [[(K & _ & W & _) M] C], B as [B Bs'], T as [T Ts1], T' as [T' Ts1'].
      destruct (IH (S k) Bs Ts Ts' C Bs' Ts1 Ts1') as [A E]. cbn [along_trails].
      destruct (along_trails ms Bs Ts Ts') as [l w]. cbn [fst snd] in *. split; [split; assumption |]. rewrite W.
      apply (same_change _ _ (fun r => IZR (dot_rows (N.of_nat (n (S k))) t' t) * lead L x i' k r +
        dot (n (S k)) (trail_along L x j i' j' (S k)) (fun s => U L x k r s))%R).
      + intros r _. rewrite (same_dot _ _ _ _ _ T' T). unfold trail_along, trail.
        replace (depth L - k)%nat with (S (depth L - S k)) by lia. cbn [trail_along_last].
        replace (depth L - (depth L - S k))%nat with (S k) by lia.
        replace (depth L - S (depth L - S k))%nat with k by lia.
        rewrite (dot_commutes _ (trail_along_last L x j i' j' (depth L - S k))).
        change (fun s => U L x k r s) with (U L x k r). ring.
      + apply same_plus; [exact B |].
        apply (same_through (n (S k)) (n k) w (columns m) _ (fun s r => U L x k r s)); [exact E |].
        intros s r S' R. apply M; assumption.
  Qed.

  (* One matrix a b^T for each k. *)
  Fixpoint blocks (ms : list slice) (As Bs : list row) : row :=
    match ms, As, Bs with
    | m :: ms', a :: As', b :: Bs' => block (shape m) a b ++ blocks ms' As' Bs'
    | _, _, _ => []
    end.

  Lemma coef_blocks f g ms : forall h As Bs k r s, cut_from h ms ->
    all_same (fun h => h) h f ms As -> all_same S h g ms Bs -> valid L k r s ->
    IZR (coef (blocks ms As Bs) (var k r s)) = if Nat.leb h k then (f k r * g k s)%R else 0%R.
  Proof.
    induction ms as [| m ms IH]; intros h [| a As] [| b Bs] k r s C A B V; try contradiction.
    - simpl in C. subst h. destruct V as (K & _). destruct (Nat.leb_spec (depth L) k); [lia | reflexivity].
    - destruct C as [[Dm _] C], A as [A As'], B as [B Bs']. cbn [blocks]. rewrite coef_app, plus_IZR.
      rewrite (IH (S h) As Bs k r s C As' Bs' V), (coef_block h _ a b k r s Dm V). destruct V as (K & R & S').
      destruct (Nat.eqb_spec h k) as [e | N].
      + subst h. destruct (Nat.leb_spec k k), (Nat.leb_spec (S k) k); try lia.
        rewrite mult_IZR, A, B by assumption. ring.
      + destruct (Nat.leb_spec h k), (Nat.leb_spec (S h) k); try lia; ring.
  Qed.

  (* ---------------------------------------------------------------- the values of matrix units and their brackets *)

  Variable ms : list slice.
  Hypothesis C : cut_from 0 ms.

  Definition unit_row (i j : positive) : row := blocks ms (leads ms [(i, 1)]) (fst (trails ms [(j, 1)])).

  (* Of the derivative of (i, j) along (i', j'). *)
  Definition moved_row (i j i' j' : positive) : row :=
    let As := leads ms [(i, 1)] in
    let Bs := leads ms [(i', 1)] in
    let Ts := fst (trails ms [(j, 1)]) in
    let Ts' := fst (trails ms [(j', 1)]) in
    plus 1 (blocks ms (along_leads ms As Bs Ts' []) Ts) (blocks ms As (fst (along_trails ms Bs Ts Ts'))).

  Definition bracket_row (i j i' j' : positive) : row := plus (-1) (moved_row i' j' i j) (moved_row i j i' j').

  Lemma start_leads i : all_same (fun h => h) 0 (lead L x i) ms (leads ms [(Pos.of_succ_nat i, 1)]).
  Proof. apply leads_same; [exact C | apply same_basis]. Qed.

  Lemma start_trails j : all_same S 0 (fun h => trail L x j (S h)) ms (fst (trails ms [(Pos.of_succ_nat j, 1)])).
  Proof. apply (trails_same j); [exact C | apply same_basis]. Qed.

  Lemma unit_row_is i j k r s : valid L k r s ->
    IZR (coef (unit_row (Pos.of_succ_nat i) (Pos.of_succ_nat j)) (var k r s)) =
      (lead L x i k r * trail L x j (S k) s)%R.
  Proof.
    intros V. exact (coef_blocks _ _ ms 0 _ _ k r s C (start_leads i) (start_trails j) V).
  Qed.

  Lemma moved_row_is i j i' j' k r s : valid L k r s ->
    IZR (coef (moved_row (Pos.of_succ_nat i) (Pos.of_succ_nat j) (Pos.of_succ_nat i') (Pos.of_succ_nat j')) (var k r
      s)) =
      (lead_along L x i i' j' k r * trail L x j (S k) s + lead L x i k r * trail_along L x j i' j' (S k) s)%R.
  Proof.
    intros V. unfold moved_row. cbv zeta. rewrite coef_plus, plus_IZR, mult_IZR.
    rewrite (coef_blocks (lead_along L x i i' j') (fun h => trail L x j (S h)) ms 0 _ _ k r s C
      (along_leads_same i i' j' ms 0 _ _ _ [] C (start_leads i) (start_leads i') (start_trails j')
        (fun r R => eq_refl)) (start_trails j) V).
    rewrite (coef_blocks (lead L x i) (fun h => trail_along L x j i' j' (S h)) ms 0 _ _ k r s C
      (start_leads i) (proj1 (along_trails_same j i' j' ms 0 _ _ _ C (start_leads i') (start_trails j)
        (start_trails j'))) V). simpl. ring.
  Qed.

  Lemma bracket_row_is i j i' j' k r s : valid L k r s ->
    IZR (coef (bracket_row (Pos.of_succ_nat i) (Pos.of_succ_nat j) (Pos.of_succ_nat i') (Pos.of_succ_nat j')) (var k r
      s)) =
      (lead_along L x i i' j' k r * trail L x j (S k) s + lead L x i k r * trail_along L x j i' j' (S k) s -
      (lead_along L x i' i j k r * trail L x j' (S k) s + lead L x i' k r * trail_along L x j' i j (S k) s))%R.
  Proof.
    intros V. unfold bracket_row. rewrite coef_plus, plus_IZR, mult_IZR, !moved_row_is by exact V. ring.
  Qed.

  (* ---------------------------------------------------------------- the gradients of balances *)

  Definition balance_row (m m' : slice) (a b : positive) : row :=
    plus (-1)
      (plus 1 (block (shape m') [(a, 1)] (rows m' b)) (block (shape m') [(b, 1)] (rows m' a)))
      (plus 1 (block (shape m) (columns m b) [(a, 1)]) (block (shape m) (columns m a) [(b, 1)])).

  Lemma balance_row_is k m m' a b l r s : cuts k m -> cuts (S k) m' -> (a < n (S k))%nat -> (b < n (S k))%nat ->
    valid L l r s ->
    IZR (coef (balance_row m m' (Pos.of_succ_nat a) (Pos.of_succ_nat b)) (var l r s)) =
      ((if Nat.eqb l k then basis a s * U L x k r b + U L x k r a * basis b s else 0) -
      (if Nat.eqb l (S k) then basis a r * U L x (S k) b s + U L x (S k) a s * basis b r else 0))%R.
  Proof.
    intros [Dm M] [Dm' M'] A B V. unfold balance_row.
    rewrite !coef_plus, !plus_IZR, !mult_IZR, !plus_IZR, !mult_IZR.
    rewrite !(coef_block k _ _ _ l r s Dm V), !(coef_block (S k) _ _ _ l r s Dm' V).
    destruct V as (Vl & Vr & Vs). rewrite !(Nat.eqb_sym l). destruct (Nat.eqb_spec k l) as [<- | e].
    - destruct (Nat.eqb_spec (S k) k); [lia |]. rewrite !mult_IZR.
      rewrite (proj2 (M r b Vr B)), (proj2 (M r a Vr A)), (same_basis _ a s Vs), (same_basis _ b s Vs). ring.
    - destruct (Nat.eqb_spec (S k) l) as [<- | e']; [| ring]. rewrite !mult_IZR.
      rewrite (proj1 (M' b s B Vs)), (proj1 (M' a s A Vs)), (same_basis _ a r Vr), (same_basis _ b r Vr). ring.
  Qed.
End Slices.
