From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lra Lia FMapPositive.
From Conslaw Require Import Polynomials RealValues Independence Models Ranks Laws Lie Smooth Forms.
From Conslaw Require Import StructureRanks StructureProducts StructureRows.
Import ListNotations.

(* ------------------------------------------------------------------ matrices one after the other *)

Definition size_at (sizes : list nat) (k : nat) : nat := nth k sizes 0%nat.

Fixpoint start (sizes : list nat) (k : nat) : nat :=
  match k with O => 0%nat | S h => (start sizes h + size_at sizes h * size_at sizes (S h))%nat end.

(* The entries of U_0, then those of U_1, ...: row by row, or column by column in a matrix that is turned. *)
Definition layout_of (turn : nat -> bool) (sizes : list nat) : layout :=
  Layout (pred (length sizes)) (size_at sizes) (fun k r s =>
    (start sizes k + if turn k then s * size_at sizes k + r else r * size_at sizes (S k) + s)%nat).

Definition total_size (sizes : list nat) : nat := start sizes (pred (length sizes)).

Lemma start_grows sizes h k : (h <= k)%nat -> (start sizes h <= start sizes k)%nat.
Proof. induction 1; [reflexivity |]. simpl. lia. Qed.

Lemma same_digits m a b c d : (b < m)%nat -> (d < m)%nat -> (a * m + b = c * m + d)%nat -> a = c /\ b = d.
Proof.
  intros B D E. assert (A : a = c).
  { destruct (Nat.lt_trichotomy a c) as [H | [H | H]]; [nia | exact H | nia]. }
  subst c. lia.
Qed.

Lemma layout_proper turn sizes : proper (layout_of turn sizes) (total_size sizes).
Proof.
  set (L := layout_of turn sizes).
  assert (B : forall k r s, valid L k r s -> (start sizes k <= place L k r s < start sizes (S k))%nat).
  { intros k r s (K & R & S'). simpl in *. destruct (turn k); nia. }
  split.
  - intros k r s k' r' s' V W E. pose proof (B _ _ _ V) as Bv. pose proof (B _ _ _ W) as Bw.
    assert (k = k').
    { destruct (Nat.lt_trichotomy k k') as [H | [H | H]]; [| exact H |].
      - pose proof (start_grows sizes (S k) k' H). lia.
      - pose proof (start_grows sizes (S k') k H). lia. }
    subst k'. split; [reflexivity |]. destruct V as (K & R & S'), W as (_ & R' & S''). simpl in *.
    destruct (turn k).
    + destruct (same_digits (size_at sizes k) s r s' r') as [? ?]; auto; lia.
    + destruct (same_digits (size_at sizes (S k)) r s r' s') as [? ?]; auto; lia.
  - intros k r s V. pose proof (B _ _ _ V). destruct V as (K & _). unfold total_size. simpl in K.
    pose proof (start_grows sizes (S k) (pred (length sizes)) ltac:(lia)). lia.
  - assert (C : forall q, (q <= depth L)%nat -> forall i, (i < start sizes q)%nat ->
      exists k r s, valid L k r s /\ place L k r s = i).
    { induction q as [| q IH]; intros Q i I; [simpl in I; lia |].
      destruct (Nat.lt_ge_cases i (start sizes q)) as [H | H]; [apply IH; [lia | exact H] |].
      cbn [start] in I. set (n := size_at sizes q) in *. set (m := size_at sizes (S q)) in *.
      assert (N : (n <> 0 /\ m <> 0)%nat) by nia. exists q. set (c := (i - start sizes q)%nat).
      unfold valid, L. cbn [depth width place layout_of]. simpl in Q. fold n m. destruct (turn q).
      - exists (c mod n)%nat, (c / n)%nat.
        pose proof (Nat.div_mod c n ltac:(lia)). pose proof (Nat.mod_upper_bound c n ltac:(lia)).
        assert (c / n < m)%nat by (apply Nat.div_lt_upper_bound; unfold c; nia). split; [lia |].
        assert (c / n * n + c mod n = c)%nat by lia. unfold c in *. lia.
      - exists (c / m)%nat, (c mod m)%nat.
        pose proof (Nat.div_mod c m ltac:(lia)). pose proof (Nat.mod_upper_bound c m ltac:(lia)).
        assert (c / m < n)%nat by (apply Nat.div_lt_upper_bound; unfold c; nia). split; [lia |].
        assert (c / m * m + c mod m = c)%nat by lia. unfold c in *. lia. }
    exact (C _ (le_n _)).
Qed.

Lemma weights_total sizes : weights sizes = total_size sizes.
Proof.
  assert (S : forall n m rest k, start (n :: m :: rest) (S k) = (n * m + start (m :: rest) k)%nat).
  { intros n m rest. induction k as [| k IH]; [simpl; unfold size_at; simpl; lia |].
    cbn [start] in *. rewrite IH. unfold size_at. cbn [nth]. lia. }
  unfold total_size. induction sizes as [| n [| m rest] IH]; [reflexivity | reflexivity |].
  change (weights (n :: m :: rest)) with (n * m + weights (m :: rest))%nat. rewrite IH. cbn [length pred].
  rewrite S. reflexivity.
Qed.

(* ------------------------------------------------------------------ the maps *)

Lemma nth_map_seq {A} (f : nat -> A) n i d : (i < n)%nat -> nth i (map f (seq 0 n)) d = f i.
Proof.
  intros I. rewrite nth_indep with (d' := f 0%nat) by (rewrite map_length, seq_length; exact I).
  rewrite map_nth, seq_nth by exact I. reflexivity.
Qed.

Lemma all_of {A} (l : list A) d : l = map (fun i => nth i l d) (seq 0 (length l)).
Proof.
  induction l as [| a l IH]; [reflexivity |]. cbn [length seq map nth]. f_equal.
  rewrite <- seq_shift, map_map. exact IH.
Qed.

Lemma combine_maps {A B C} (f : A -> B) (g : A -> C) l : combine (map f l) (map g l) = map (fun a => (f a, g a)) l.
Proof. induction l as [| a l IH]; simpl; [reflexivity | rewrite IH; reflexivity]. Qed.

Lemma total_seq (f g : nat -> R) m : real_total (fun l => f l * g l)%R (seq 0 m) = dot m f g.
Proof.
  assert (A : forall (h : nat -> R) l a, real_total h (l ++ [a]) = (h a + real_total h l)%R).
  { intros h l a. induction l as [| b l IH]; simpl; [reflexivity | rewrite IH; ring]. }
  induction m as [| m IH]; [reflexivity |]. rewrite seq_S, A, IH. reflexivity.
Qed.

Lemma real_variable x k : real x (Models.X k) = x (Pos.of_succ_nat k).
Proof. simpl. rewrite Q2R_1. ring. Qed.

Lemma nth_variables k n m i j : (i < n)%nat -> (j < m)%nat ->
  nth j (nth i (variables k n m) []) [] = Models.X (k + i * m + j).
Proof.
  intros I J. unfold variables. rewrite nth_map_seq by exact I.
  exact (nth_map_seq (fun j => Models.X (k + i * m + j)) m j [] J).
Qed.

Lemma real_product x w k n m B i j : length B = m -> (i < n)%nat -> (j < w)%nat ->
  real x (nth j (nth i (product w (variables k n m) B) []) []) =
    dot m (fun l => x (Pos.of_succ_nat (k + i * m + l))) (fun l => real x (nth j (nth l B []) [])).
Proof.
  intros LB I J. unfold product, variables, transpose. rewrite map_map, nth_map_seq by exact I.
  rewrite map_map, nth_map_seq by exact J. rewrite <- total_seq.
  assert (C : map (fun row => nth j row []) B = map (fun l => nth j (nth l B []) []) (seq 0 m)).
  { pose proof (f_equal (map (fun row => nth j row [])) (all_of B [])) as E. rewrite map_map, LB in E. exact E. }
  rewrite C. clear C.
  rewrite combine_maps, map_map, real_sum. clear. generalize (seq 0 m) as l.
  induction l as [| a l IH]; [reflexivity |]. unfold real_total in *. cbn [map fold_right fst snd].
  rewrite <- IH, real_mul, real_variable. reflexivity.
Qed.

Lemma product_shape w A B : length (product w A B) = length A /\ Forall (fun row => length row = w) (product w A B).
Proof.
  unfold product, transpose. rewrite map_length. split; [reflexivity |]. apply Forall_forall. intros row I.
  apply in_map_iff in I. destruct I as (a & <- & _). rewrite !map_length, seq_length. reflexivity.
Qed.

Lemma last_nth l d : last l d = nth (length l) (d :: l) 0%nat.
Proof. revert d. induction l as [| a [| b l] IH]; intros d; try reflexivity. apply IH. Qed.

(* The entries of the product, as polynomials. *)
Definition entry_of (M : matrix) (i j : nat) : poly := nth j (nth i M []) [].

Lemma chain_entries sizes x : let L := layout_of (fun _ => false) sizes in forall l k,
  (2 <= length l)%nat -> (k + length l = length sizes)%nat -> (forall i, nth i l 0%nat = size_at sizes (k + i)) ->
  length (chain (start sizes k) l) = size_at sizes k /\
  Forall (fun row => length row = size_at sizes (depth L)) (chain (start sizes k) l) /\
  forall i j, (i < size_at sizes k)%nat -> (j < size_at sizes (depth L))%nat ->
    real x (entry_of (chain (start sizes k) l) i j) = trail L x j k i.
Proof.
  intros L. induction l as [| n [| m rest] IH]; intros k E Q N; simpl in E; try lia.
  assert (N0 : n = size_at sizes k) by (specialize (N 0%nat); rewrite Nat.add_0_r in N; exact N).
  assert (N1 : m = size_at sizes (S k)) by (specialize (N 1%nat); rewrite Nat.add_1_r in N; exact N).
  assert (DL : depth L = (k + S (length rest))%nat) by (unfold L; simpl in *; lia).
  destruct rest as [| m2 rest].
  - simpl length in DL. rewrite DL, Nat.add_1_r.
    change (chain (start sizes k) [n; m]) with (variables (start sizes k) n m).
    subst n m. split; [unfold variables; rewrite map_length, seq_length; reflexivity |]. split.
    + apply Forall_forall. intros row I. unfold variables in I. apply in_map_iff in I. destruct I as (i & <- & _).
      rewrite map_length, seq_length. reflexivity.
    + intros i j I J. unfold entry_of. rewrite nth_variables by assumption. rewrite real_variable.
      rewrite trail_step by lia. unfold trail. rewrite DL. replace (k + 1 - S k)%nat with 0%nat by lia.
      cbn [trail_last].
      unfold L. cbn [width layout_of]. rewrite dot_basis by exact J.
      unfold U. cbn [place layout_of]. do 2 f_equal; lia.
  - set (next := m :: m2 :: rest) in *.
    assert (LA : last (m2 :: rest) m = size_at sizes (depth L)).
    { rewrite last_nth, DL. change (m :: m2 :: rest) with next.
      specialize (N (S (length (m2 :: rest)))). cbn [nth] in N. exact N. }
    destruct (IH (S k)) as (A & F & G).
    { simpl. lia. }
    { simpl in *. lia. }
    { intros i. specialize (N (S i)). cbn [nth] in N. fold next in N. rewrite N. f_equal. lia. }
    change (chain (start sizes k) (n :: next)) with
      (product (last (m2 :: rest) m) (variables (start sizes k) n m) (chain (start sizes k + n * m) next)).
    assert (ST : (start sizes k + n * m)%nat = start sizes (S k)) by (subst n m; reflexivity).
    rewrite ST, LA. clear IH.
    destruct (product_shape (size_at sizes (depth L)) (variables (start sizes k) n m) (chain (start sizes (S k)) next))
      as [P1 P2]. split; [rewrite P1; unfold variables; rewrite map_length, seq_length; exact N0 |].
    split; [exact P2 |]. intros i j I J. unfold entry_of.
    rewrite real_product by (first [rewrite A; symmetry; exact N1 | subst n; exact I | exact J]).
    rewrite trail_step by (rewrite DL; lia). unfold L at 1. cbn [width layout_of]. subst n m.
    apply dot_same.
    + intros s _. unfold U, L. cbn [place layout_of]. do 2 f_equal; lia.
    + intros s S'. apply G; assumption.
Qed.

Lemma factorization_entries n m r x : let L := layout_of (Nat.eqb 1) [n; r; m] in
  let M := product m (variables 0 n r) (transpose r (variables (n * r) m r)) in
  forall i j, (i < n)%nat -> (j < m)%nat -> real x (entry_of M i j) = trail L x j 0 i.
Proof.
  intros L M i j I J. unfold entry_of, M.
  rewrite real_product; [| unfold transpose; rewrite map_length, seq_length; reflexivity | exact I | exact J].
  rewrite trail_step by (unfold L; simpl; lia). unfold L at 1. cbn [width layout_of size_at nth].
  apply dot_same; intros s S'.
  - unfold U, L. simpl. do 2 f_equal; lia.
  - rewrite trail_step by (unfold L; simpl; lia). change (width L 2) with m. unfold trail. simpl (depth L - 2)%nat.
    cbn [trail_last]. rewrite dot_basis by exact J.
    unfold transpose. rewrite nth_map_seq by exact S'. unfold variables. rewrite map_map, nth_map_seq by exact J.
    rewrite nth_map_seq by exact S'. rewrite real_variable. unfold U, L. simpl. do 2 f_equal;
    unfold size_at; simpl; lia.
Qed.

(* ------------------------------------------------------------------ a point of integers *)

Definition whole_point (x : list Q) : bool := forallb (fun c => Pos.eqb (Qden c) 1) x.

Fixpoint numbers (i : positive) (x : list Q) (t : PositiveMap.t Z) : PositiveMap.t Z :=
  match x with
  | [] => t
  | c :: x' => numbers (Pos.succ i) x' (if Z.eqb (Qnum c) 0 then t else PositiveMap.add i (Qnum c) t)
  end.

Definition number_in (t : PositiveMap.t Z) (i : positive) : Z :=
  match PositiveMap.find i t with Some v => v | None => 0 end.

Lemma numbers_are x : forall k t i, (forall j, (Pos.of_succ_nat k <= j)%positive -> PositiveMap.find j t = None) ->
  number_in (numbers (Pos.of_succ_nat k) x t) (Pos.of_succ_nat i) =
    if Nat.ltb i k then number_in t (Pos.of_succ_nat i) else Qnum (nth (i - k) x 0%Q).
Proof.
  induction x as [| c x IH]; intros k t i F.
  - cbn [numbers]. destruct (Nat.ltb_spec i k) as [I | I]; [reflexivity |]. unfold number_in. rewrite F by lia.
    destruct (i - k)%nat; reflexivity.
  - cbn [numbers]. rewrite <- SuccNat2Pos.inj_succ in *.
    change (Pos.succ (Pos.of_succ_nat k)) with (Pos.of_succ_nat (S k)). rewrite IH.
    + destruct (Nat.ltb_spec i k) as [I | I], (Nat.ltb_spec i (S k)) as [J | J]; try lia.
      * destruct (Z.eqb_spec (Qnum c) 0); [reflexivity |]. unfold number_in. rewrite PositiveMap.gso by lia.
        reflexivity.
      * replace i with k by lia. rewrite Nat.sub_diag. cbn [nth]. unfold number_in.
        destruct (Z.eqb_spec (Qnum c) 0) as [Z | Z]; [rewrite F by lia; symmetry; exact Z |].
        rewrite PositiveMap.gss. reflexivity.
      * replace (i - k)%nat with (S (i - S k)) by lia. reflexivity.
    + intros j Hj. destruct (Z.eqb_spec (Qnum c) 0); [apply F; lia |]. rewrite PositiveMap.gso by lia. apply F. lia.
Qed.

Lemma number_is x i : whole_point x = true ->
  IZR (number_in (numbers 1 x (PositiveMap.empty Z)) (Pos.of_succ_nat i)) = rational (point_of x) (Pos.of_succ_nat i).
Proof.
  intros W. pose proof (numbers_are x 0 (PositiveMap.empty Z) i) as E. change (Pos.of_succ_nat 0) with 1%positive in E.
  rewrite E by (intros; apply PositiveMap.gempty). cbn [Nat.ltb Nat.leb]. rewrite Nat.sub_0_r.
  unfold rational, point_of. rewrite memo_same, SuccNat2Pos.id_succ. cbn [pred].
  assert (D1 : Qden (nth i x 0%Q) = 1%positive).
  { destruct (nth_in_or_default i x 0%Q) as [I | ->]; [| reflexivity]. unfold whole_point in W.
    rewrite forallb_forall in W. apply Pos.eqb_eq, W, I. }
  unfold Q2R. rewrite D1. simpl. rewrite Rinv_1. ring.
Qed.

Fixpoint slices (turn : nat -> bool) (get : positive -> Z) (from : N) (k : nat) (sizes : list nat) : list slice :=
  match sizes with
  | n :: (m :: _) as next =>
      let l := Layer (N.of_nat n) (N.of_nat m) from (turn k) in
      let by_row := memo n (fun r => row_to m (fun s => get (index l r s))) in
      let by_column := memo m (fun s => row_to n (fun r => get (index l r s))) in
      Slice l by_row by_column :: slices turn get (from + N.of_nat n * N.of_nat m) (S k) next
  | _ => []
  end.

Lemma slices_cut turn sizes x get : (forall i, IZR (get (Pos.of_succ_nat i)) = x (Pos.of_succ_nat i)) ->
  forall l k, (1 <= length l)%nat -> (k + length l = length sizes)%nat ->
  (forall i, nth i l 0%nat = size_at sizes (k + i)) ->
  cut_from (layout_of turn sizes) x k (slices turn get (N.of_nat (start sizes k)) k l).
Proof.
  intros G. induction l as [| n [| m rest] IH]; intros k E Q N; [simpl in E; lia | simpl in *; lia |].
  assert (N0 : n = size_at sizes k) by (specialize (N 0%nat); rewrite Nat.add_0_r in N; exact N).
  assert (N1 : m = size_at sizes (S k)) by (specialize (N 1%nat); rewrite Nat.add_1_r in N; exact N).
  cbn [slices]. cbv zeta. set (l := Layer (N.of_nat n) (N.of_nat m) (N.of_nat (start sizes k)) (turn k)). split.
  - assert (Dk : describes (layout_of turn sizes) k l).
    { split; [simpl in *; lia |]. split; [subst n; reflexivity |]. split; [subst m; reflexivity |].
      intros r s R S'. unfold index, l. cbn [first turned high wide layout_of place].
      rewrite <- N0, <- N1. replace (Pos.pred_N (Pos.of_succ_nat r)) with (N.of_nat r) by lia.
      replace (Pos.pred_N (Pos.of_succ_nat s)) with (N.of_nat s) by lia. destruct (turn k); lia. }
    split; [exact Dk |]. intros r s R S'. destruct Dk as (_ & _ & _ & I). cbn [rows columns].
    rewrite !memo_same. simpl in R, S'. rewrite <- N0 in R. rewrite <- N1 in S'. rewrite !coef_row_to by assumption.
    rewrite I by (simpl; rewrite <- ?N0, <- ?N1; assumption). split; apply G.
  - replace (N.of_nat (start sizes k) + N.of_nat n * N.of_nat m)%N with (N.of_nat (start sizes (S k))).
    + apply IH; [simpl; lia | simpl in *; lia |]. intros i. rewrite Nat.add_succ_comm. exact (N (S i)).
    + cbn [start]. rewrite <- N0, <- N1. lia.
Qed.
