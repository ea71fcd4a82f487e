From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lra Lia FMapPositive.
From Conslaw Require Import Polynomials RealValues Independence Models Ranks Laws Lie Smooth Counts.
From Conslaw Require Import StructureRanks StructureProducts StructureRows StructureNetworks.
Import ListNotations.

(* ------------------------------------------------------------------ counts from both sides *)

Theorem count_from_both D W x Xs hs P R N M e : (forall v, In v W -> is_on D v) ->
  numbers_check D P R N M e (length Xs) (length hs) = true ->
  Forall (Lie W) Xs -> independent D (map (value x) Xs) ->
  Forall (law D W) hs -> independent D (map (gradient x) hs) ->
  D = P /\ near x (counted D W R N M).
Proof.
  intros V K L I F G. unfold numbers_check in K.
  rewrite !andb_true_iff, !Nat.eqb_eq in K. destruct K as ((((-> & ->) & ->) & K) & _). split; [reflexivity |].
  assert (J : forall v, In v W -> inside D v) by (intros v H; apply inside_is_on, V, H).
  generalize (near_and _ _ _ (Lie_near D W _ _ L I) (laws_near D W _ _ F G)).
  apply near_weaken. intros y [A B]. replace M with (D - length Xs)%nat by lia.
  repeat split; [exact A | apply laws_bound_Lie; assumption | exact B | apply at_most_smooth_laws; assumption].
Qed.

(* There are so many fields of Lie(W), and so many laws of W, that are independent at the point. *)
Definition shown (D : nat) (W : list field) (x : point) (lie laws : nat) : Prop :=
  (exists Xs, length Xs = lie /\ Forall (Lie W) Xs /\ independent D (map (value x) Xs)) /\
  (exists hs, length hs = laws /\ Forall (law D W) hs /\ independent D (map (gradient x) hs)).

(* ------------------------------------------------------------------ words of matrix units, by their rules *)

(* Numbers count from 0. The gradients E_ij of all entries (i, j) of the product with i or j below a number; the
   brackets [E_ca, E_cb], a below count, a < b; and the brackets [E_ac, E_bc]. *)
Inductive rule := Units (least : nat) | Left (c count : nat) | Right (c count : nat).

Definition unit_word : Type := (nat * nat) * option (nat * nat).

Definition rule_words (outputs inputs : nat) (r : rule) : list unit_word :=
  match r with
  | Units least =>
      map (fun ij => (ij, None)) (filter (fun ij => Nat.ltb (fst ij) least || Nat.ltb (snd ij) least)
        (list_prod (seq 0 outputs) (seq 0 inputs)))
  | Left c count => flat_map (fun a => map (fun b => ((c, a), Some (c, b))) (seq (S a) (inputs - S a))) (seq 0 count)
  | Right c count => flat_map (fun a => map (fun b => ((a, c), Some (b, c))) (seq (S a) (outputs - S a))) (seq 0 count)
  end.

Definition unit_exists (outputs inputs : nat) (ij : nat * nat) : bool :=
  Nat.ltb (fst ij) outputs && Nat.ltb (snd ij) inputs.

Definition word_exists (outputs inputs : nat) (w : unit_word) : bool :=
  unit_exists outputs inputs (fst w) && match snd w with None => true | Some ij => unit_exists outputs inputs ij end.

Definition word_value (ms : list slice) (w : unit_word) : row :=
  let at_ (n : nat) := Pos.of_succ_nat n in
  match w with
  | ((i, j), None) => unit_row ms (at_ i) (at_ j)
  | ((i, j), Some (i', j')) => bracket_row ms (at_ i) (at_ j) (at_ i') (at_ j')
  end.

(* Entry (a, b), a <= b, of the balance of U_k and U_(k+1), with its gradient. *)
Definition pairs (n : nat) : list (nat * nat) := flat_map (fun a => map (pair a) (seq a (n - a))) (seq 0 n).

Fixpoint balance_values (k : nat) (ms : list slice) : list ((nat * (nat * nat)) * row) :=
  match ms with
  | m :: ((m' :: _) as rest) =>
      map (fun ab => ((k, ab), balance_row m m' (Pos.of_succ_nat (fst ab)) (Pos.of_succ_nat (snd ab))))
        (pairs (N.to_nat (wide (shape m)))) ++ balance_values (S k) rest
  | _ => []
  end.

(* ------------------------------------------------------------------ the check, for matrices of all sizes *)

Definition product_check (turn : nat -> bool) (sizes : list nat) (x : list Q) (p : Z) (lie laws : nat)
  (rules : list rule) : bool :=
  let D := Z.of_nat (total_size sizes) in
  let outputs := size_at sizes 0 in
  let inputs := size_at sizes (pred (length sizes)) in
  let words := flat_map (rule_words outputs inputs) rules in
  let t := numbers 1 x (PositiveMap.empty Z) in
  let ms := slices turn (number_in t) 0 0 sizes in
  whole_point x && Nat.leb 2 (length sizes) && forallb (word_exists outputs inputs) words &&
  rank_reaches D p lie (map (word_value ms) words) && rank_reaches D p laws (map snd (balance_values 0 ms)).

Section Network.
  Variables (turn : nat -> bool) (sizes : list nat) (M : matrix).
  Notation L := (layout_of turn sizes).
  Notation D := (total_size sizes).
  Notation outputs := (size_at sizes 0).
  Notation inputs := (size_at sizes (pred (length sizes))).
  Notation E i j := (entry D (entry_of M) i j).
  Hypothesis tall : length M = outputs.
  Hypothesis broad : Forall (fun row => length row = inputs) M.
  Hypothesis entries : forall i j x, (i < outputs)%nat -> (j < inputs)%nat -> real x (entry_of M i j) = trail L x j 0 i.

  Definition fields : list field := gradients D (concat M).

  Lemma E_in i j : (i < outputs)%nat -> (j < inputs)%nat -> In (E i j) fields.
  Proof.
    intros I J. unfold fields, gradients, entry. apply (in_map (fun f => on D (fun v => partial v f))).
    apply in_concat. exists (nth i M []). split; [apply nth_In; rewrite tall; exact I |].
    apply nth_In. rewrite Forall_forall in broad. rewrite broad; [exact J |]. apply nth_In. rewrite tall. exact I.
  Qed.

  Lemma only_E v : In v fields -> exists i j, (i < outputs)%nat /\ (j < inputs)%nat /\ v = E i j.
  Proof.
    intros H. apply in_map_iff in H. destruct H as (f & <- & H). apply in_concat in H. destruct H as (r & R & F).
    rewrite Forall_forall in broad. pose proof (broad _ R) as B.
    destruct (In_nth _ _ [] R) as (i & I & Ei). destruct (In_nth _ _ [] F) as (j & J & Ej).
    assert (J' : (j < inputs)%nat) by (rewrite <- B; exact J).
    assert (I' : (i < outputs)%nat) by (rewrite <- tall; exact I).
    subst r f.
    exists i, j. split; [exact I' |]. split; [exact J' | reflexivity].
  Qed.

  Definition word_field (w : unit_word) : field :=
    match w with
    | ((i, j), None) => E i j
    | ((i, j), Some (i', j')) => bracket (E i j) (E i' j')
    end.

  Lemma word_field_Lie w : word_exists outputs inputs w = true -> Lie fields (word_field w).
  Proof.
    destruct w as [[i j] [[i' j'] |]]; unfold word_exists, unit_exists; simpl; rewrite ?andb_true_iff, ?Nat.ltb_lt;
      intros H; [apply Lie_bracket |]; apply Lie_in, E_in; tauto.
  Qed.

  (* By places, all coordinates. *)
  Lemma by_places (f g : nat -> R) :
    (forall k r s, valid L k r s -> f (place L k r s) = g (place L k r s)) ->
    forall i, (i < D)%nat -> f i = g i.
  Proof.
    intros H i I. destruct (place_all _ _ (layout_proper turn sizes) i I) as (k & r & s & V & <-). apply H, V.
  Qed.

  Variables (x : list Q) (ms : list slice).
  Notation X := (rational (point_of x)).
  Hypothesis C : cut_from L X 0 ms.

  Lemma word_value_is w : word_exists outputs inputs w = true -> forall i, (i < D)%nat ->
    IZR (coef (word_value ms w) (Pos.of_succ_nat i)) = value X (word_field w) i.
  Proof.
    intros H. apply (by_places (fun i => IZR (coef (word_value ms w) (Pos.of_succ_nat i)))). intros k r s V.
    unfold value.
    destruct w as [[i j] [[i' j'] |]]; unfold word_exists, unit_exists in H; simpl in H;
      rewrite ?andb_true_iff, ?Nat.ltb_lt in H; cbn [word_value word_field].
    - rewrite (bracket_row_is L D X (layout_proper turn sizes) ms C) by exact V.
      rewrite (bracket_value L D (layout_proper turn sizes) (entry_of M) entries) by (try exact V; simpl; tauto).
      reflexivity.
    - rewrite (unit_row_is L D X (layout_proper turn sizes) ms C) by exact V.
      rewrite (entry_value L D (layout_proper turn sizes) (entry_of M) entries) by (try exact V; simpl; tauto).
      reflexivity.
  Qed.

  Lemma in_pairs n ab : In ab (pairs n) -> (fst ab < n)%nat /\ (snd ab < n)%nat.
  Proof.
    intros H. apply in_flat_map in H. destruct H as (a & A & H). apply in_map_iff in H. destruct H as (b & <- & H).
    apply in_seq in A. apply in_seq in H. simpl. lia.
  Qed.

  Lemma balance_values_are k rest : cut_from L X k rest -> forall kab s, In (kab, s) (balance_values k rest) ->
    let h := balance L (fst kab) (fst (snd kab)) (snd (snd kab)) in
    law D fields h /\ forall i, (i < D)%nat -> IZR (coef s (Pos.of_succ_nat i)) = gradient X h i.
  Proof.
    revert k. induction rest as [| m [| m' rest] IH]; intros k K kab s H; try contradiction H.
    cbn [balance_values] in H. apply in_app_or in H. destruct H as [H | H]; [| apply (IH (S k)); [apply K | exact H]].
    apply in_map_iff in H. destruct H as ([a b] & E' & H). injection E' as <- <-. destruct K as (Cm & Cm' & _).
    pose proof (proj1 (proj2 (proj2 (proj1 Cm)))) as W. rewrite W, Nnat.Nat2N.id in H. apply in_pairs in H. simpl in H.
    destruct H as [A B].
    pose proof (proj1 (proj1 Cm')) as K'. cbn [fst snd].
    split.
    - apply (balance_is_a_law L D (layout_proper turn sizes) (entry_of M) entries); auto. exact only_E.
    - apply (by_places (fun i =>
        IZR (coef (balance_row m m' (Pos.of_succ_nat a) (Pos.of_succ_nat b)) (Pos.of_succ_nat i)))).
      intros l r s V. unfold gradient, value.
      rewrite (balance_gradient L D (layout_proper turn sizes) X k a b l r s K' A B V).
      apply (balance_row_is L D X (layout_proper turn sizes)); auto.
  Qed.

  Variables (p : Z) (lie laws : nat) (rules : list rule).

  (* What the ranks show. *)
  Lemma ranks_show : let words := flat_map (rule_words outputs inputs) rules in
    forallb (word_exists outputs inputs) words = true ->
    rank_reaches (Z.of_nat D) p lie (map (word_value ms) words) = true ->
    rank_reaches (Z.of_nat D) p laws (map snd (balance_values 0 ms)) = true ->
    shown D fields X lie laws.
  Proof.
    intros words W R H. rewrite forallb_forall in W. split.
    - apply (rank_reaches_sound D p (fun w i => coef (word_value ms w) (Pos.of_succ_nat i))) in R; [| reflexivity].
      destruct R as (cs & <- & I & R). exists (map word_field cs). rewrite map_length, map_map.
      split; [reflexivity |]. split.
      + apply Forall_forall. intros v J. apply in_map_iff in J. destruct J as (w & <- & J).
        apply word_field_Lie, W, I, J.
      + revert R. apply independent_same. clear - I W entries C. induction cs as [| w cs IH]; constructor.
        * intros i J. unfold whole_vector. apply word_value_is; [apply W, I; left; reflexivity | exact J].
        * apply IH. intros v J. apply I. right. exact J.
    - apply (rank_reaches_sound D p (fun hs i => coef (snd hs) (Pos.of_succ_nat i))) in H; [| reflexivity].
      destruct H as (cs & <- & I & H). pose (h := fun hs : nat * (nat * nat) * row =>
        balance L (fst (fst hs)) (fst (snd (fst hs))) (snd (snd (fst hs)))).
      exists (map h cs). rewrite map_length, map_map. split; [reflexivity |].
      assert (B : forall hs, In hs cs -> law D fields (h hs) /\
        forall i, (i < D)%nat -> IZR (coef (snd hs) (Pos.of_succ_nat i)) = gradient X (h hs) i).
      { intros [k s] J. apply (balance_values_are 0 ms C k s), I, J. }
      split.
      + apply Forall_forall. intros v J. apply in_map_iff in J. destruct J as (w & <- & J). apply B, J.
      + revert H. apply independent_same. clear - B. induction cs as [| w cs IH]; constructor.
        * intros i J. unfold whole_vector. apply (B w); [left; reflexivity | exact J].
        * apply IH. intros v J. apply B. right. exact J.
  Qed.
End Network.

Theorem product_check_sound turn sizes M x p lie laws rules :
  length M = size_at sizes 0 -> Forall (fun row => length row = size_at sizes (pred (length sizes))) M ->
  (forall i j z, (i < size_at sizes 0)%nat -> (j < size_at sizes (pred (length sizes)))%nat ->
    real z (entry_of M i j) = trail (layout_of turn sizes) z j 0 i) ->
  product_check turn sizes x p lie laws rules = true ->
  shown (total_size sizes) (gradients (total_size sizes) (concat M)) (rational (point_of x)) lie laws.
Proof.
  intros A B E H. unfold product_check in H. cbv zeta in H. rewrite !andb_true_iff in H.
  destruct H as ((((P & S) & W) & R) & N). apply Nat.leb_le in S.
  apply (ranks_show turn sizes M A B E x (slices turn (number_in (numbers 1 x (PositiveMap.empty Z))) 0 0 sizes)
    (slices_cut turn sizes (rational (point_of x)) _ (fun i => number_is x i P) sizes 0 ltac:(lia) ltac:(lia)
      (fun i => eq_refl)) p lie laws rules W R N).
Qed.

(* ------------------------------------------------------------------ linear networks, and U V^T *)

Definition linear_check (widths : list nat) : list Q -> Z -> nat -> nat -> list rule -> bool :=
  product_check (fun _ => false) (rev widths).

Definition factorization_check (n m r : nat) : list Q -> Z -> nat -> nat -> list rule -> bool :=
  product_check (Nat.eqb 1) [n; r; m].

Theorem linear_check_sound widths x p lie laws rules : linear_check widths x p lie laws rules = true ->
  shown (weights (rev widths)) (gradients (weights (rev widths)) (linear widths)) (rational (point_of x)) lie laws.
Proof.
  intros H. rewrite weights_total. unfold linear. pose proof H as S. unfold linear_check, product_check in S.
  cbv zeta in S. rewrite !andb_true_iff in S. destruct S as ((((_ & S) & _) & _) & _). apply Nat.leb_le in S.
  assert (K : forall z, _) by
    (intros z; exact (chain_entries (rev widths) z (rev widths) 0 S eq_refl (fun i => eq_refl))).
  apply (product_check_sound (fun _ => false) (rev widths) (chain 0 (rev widths)) x p lie laws rules);
    [apply (K (fun _ => 0%R)) | apply (K (fun _ => 0%R)) | | exact H].
  intros i j z I J. apply (K z); assumption.
Qed.

Theorem factorization_check_sound n m r x p lie laws rules : factorization_check n m r x p lie laws rules = true ->
  shown (n * r + m * r)%nat (gradients (n * r + m * r)%nat (factorization n m r)) (rational (point_of x)) lie laws.
Proof.
  intros H. unfold factorization.
  assert (E : (n * r + m * r)%nat = total_size [n; r; m]) by (cbv [total_size start size_at length pred nth]; ring).
  rewrite E.
  destruct (product_shape m (variables 0 n r) (transpose r (variables (n * r) m r))) as [A B].
  apply (product_check_sound (Nat.eqb 1) [n; r; m] (product m (variables 0 n r) (transpose r (variables (n * r) m r)))
    x p lie laws rules); [| exact B | | exact H].
  - rewrite A. unfold variables. rewrite map_length, seq_length. reflexivity.
  - intros i j z I J. apply factorization_entries; assumption.
Qed.

(* ------------------------------------------------------------------ points with few numbers *)

(* The point of D coordinates with the given ones, numbered from 0; the others are 0. *)
Fixpoint coordinates (n : nat) (i : positive) (t : PositiveMap.t Z) : list Q :=
  match n with O => [] | S m => inject_Z (number_in t i) :: coordinates m (Pos.succ i) t end.

(* Coordinate k is v. *)
Definition At (k : N) (v : Z) : N * Z := (k, v).

Definition sparse_point (D : nat) (entries : list (N * Z)) : list Q :=
  coordinates D 1
    (fold_right (fun e t => PositiveMap.add (N.succ_pos (fst e)) (snd e) t) (PositiveMap.empty Z) entries).
