From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lra Lia.
From Conslaw Require Import Polynomials RealValues Independence Models Ranks Laws Lie Smooth.
From Conslaw Require Import StructureRanks StructureProducts StructureRows StructureNetworks StructurePaths Structure.
Import ListNotations.

(* ------------------------------------------------------------------ paths and neurons, computed *)

Fixpoint layers (from : N) (sizes : list nat) : list layer :=
  match sizes with
  | n :: (m :: _) as next => Layer (N.of_nat n) (N.of_nat m) from false :: layers (from + N.of_nat n * N.of_nat m) next
  | _ => []
  end.

(* n numbers from i on. *)
Fixpoint upward (i : positive) (n : nat) : list positive :=
  match n with O => [] | S m => i :: upward (Pos.succ i) m end.

(* The edges from unit to unit; and a path: its units, whether it ends in the bias of the last one, and the place of an
   edge that no later path of a list has. Units are counted from 1, in binary: a network has hundreds of thousands of
   paths, and a unit that is unary would be counted out in each. *)
Fixpoint edges_of (ls : list layer) (units : list positive) : monomial :=
  match ls, units with
  | l :: ls', i :: ((j :: _) as rest) => index l i j :: edges_of ls' rest
  | _, _ => []
  end.

Definition path : Type := (list positive * bool) * nat.

Fixpoint in_range (sizes : list N) (units : list positive) : bool :=
  match units, sizes with
  | [], _ => true
  | u :: us, n :: ns => N.leb (Npos u) n && in_range ns us
  | _ :: _, [] => false
  end.

Definition path_exists (sizes : list N) (bias : bool) (w : path) : bool :=
  let (units, ends) := fst w in
  in_range sizes units && if ends : bool then bias && Nat.leb 2 (length units) && Nat.ltb (length units) (length sizes)
                          else Nat.eqb (length units) (length sizes).

Definition bias_at (firsts : list N) (l : nat) (a : positive) : positive :=
  N.succ_pos (nth l firsts 0%N + Pos.pred_N a).

Definition monomial_of (ls : list layer) (firsts : list N) (w : path) : monomial :=
  let (units, ends) := fst w in
  edges_of ls units ++ if ends : bool then [bias_at firsts (pred (length units)) (last units 1%positive)] else [].

(* With the factor at place k first. *)
Definition bring (k : nat) (m : monomial) : monomial := nth k m 1%positive :: firstn k m ++ skipn (S k) m.

(* Paths that are as many as there are independent ones: the biases; through two units that are not the first of their
   layers; through one; through none. *)
Definition single (steps l : nat) (a : positive) : list positive :=
  map (fun k => if Nat.eqb k l then a else 1%positive) (seq 0 steps).
Definition double (steps l : nat) (a b : positive) : list positive :=
  map (fun k => if Nat.eqb k l then a else if Nat.eqb k (S l) then b else 1%positive) (seq 0 steps).

Definition spanning (sizes : list nat) (bias : bool) : list path :=
  let q := pred (length sizes) in
  let after_first k := upward 2 (pred (size_at sizes k)) in
  (if bias then flat_map (fun l => map (fun a => (single (S l) l a, true,
    l)) (upward 1 (size_at sizes l))) (seq 1 (pred q))
   else []) ++
  flat_map (fun k => flat_map (fun a => map (fun b => (double (S q) k a b, false, k)) (after_first (S k)))
    (after_first k)) (seq 0 q) ++
  flat_map (fun l => map (fun a => (single (S q) l a, false, pred l)) (after_first l)) (seq 0 (S q)) ++
  [(repeat 1%positive (S q), false, 0%nat)].

(* The two sides of each neuron: towards the input, and towards the output. *)
Fixpoint neurons (bias : bool) (firsts : list N) (k : nat) (ls : list layer) : list (list positive * list positive) :=
  match ls with
  | l :: ((l' :: _) as rest) =>
      map (fun a =>
        (map (fun b => index l' a b) (upward 1 (N.to_nat (wide l'))) ++
           (if bias then [bias_at firsts (S k) a] else []),
         map (fun i => index l i a) (upward 1 (N.to_nat (high l)))))
        (upward 1 (N.to_nat (wide l))) ++
      neurons bias firsts (S k) rest
  | _ => []
  end.

Definition path_row (wm : path * monomial) : row := marks 1 (bring (snd (fst wm)) (snd wm)).

Definition neuron_row (s : list positive * list positive) : row := marks (-2) (snd s) ++ marks 2 (fst s).

Definition relu_check (widths : list nat) (bias : bool) (x : list Q) (p : Z) (lie laws : nat) : bool :=
  let sizes := rev widths in
  let D := (weights sizes + if bias then biases widths else 0)%nat in
  let bound := Z.of_nat D in
  let ls := layers 0%N sizes in
  let firsts := map (fun l => N.of_nat (bias_start sizes l)) (seq 0 (length sizes)) in
  let highs := map N.of_nat sizes in
  let ws := map (fun w => (w, monomial_of ls firsts w)) (spanning sizes bias) in
  let ns := neurons bias firsts 0 ls in
  all_ones x D && Nat.leb 2 (length sizes) &&
  forallb (fun wm => path_exists highs bias (fst wm) &&
    Nat.ltb (snd (fst wm)) (length (snd wm)) && below bound (snd wm)) ws &&
  rank_reaches bound p lie (map path_row ws) &&
  forallb (fun s => below bound (fst s) && below bound (snd s)) ns &&
  rank_reaches bound p laws (map neuron_row ns).

(* ------------------------------------------------------------------ why it is right *)

Lemma upward_seq n : upward 1 n = map Pos.of_succ_nat (seq 0 n).
Proof.
  change 1%positive with (Pos.of_succ_nat 0). generalize 0%nat. induction n as [| n IH]; intros k; [reflexivity |].
  cbn [upward seq map]. f_equal. exact (IH (S k)).
Qed.

Lemma counted_out units : exists us, units = map Pos.of_succ_nat us.
Proof.
  exists (map (fun u => pred (Pos.to_nat u)) units). rewrite map_map. symmetry. rewrite <- (map_id units) at 2.
  apply map_ext. intros u. lia.
Qed.

Lemma last_counted us : last (map Pos.of_succ_nat us) 1%positive = Pos.of_succ_nat (last us 0%nat).
Proof. induction us as [| a [| b us] IH]; try reflexivity. exact IH. Qed.

Lemma times_bring v k m : (k < length m)%nat -> times_in v (bring k m) = times_in v m.
Proof.
  intros K. rewrite <- (firstn_skipn k m) at 2. rewrite times_in_app. unfold bring. cbn [times_in].
  rewrite times_in_app. assert (E : skipn k m = nth k m 1%positive :: skipn (S k) m).
  { revert K. generalize m. clear. induction k as [| k IH]; intros [| a m] K; simpl in K; try lia; [reflexivity |].
    cbn [skipn nth]. apply IH. lia. }
  rewrite E. cbn [times_in]. lia.
Qed.

Section Relu.
  Variables (sizes : list nat) (bias_too : bool).
  Hypothesis E2 : (2 <= length sizes)%nat.
  Notation L := (layout_of (fun _ => false) sizes).
  Notation n := (size_at sizes).
  Notation q := (pred (length sizes)).

  Fixpoint described (k : nat) (ls : list layer) : Prop :=
    match ls with [] => k = q | l :: ls' => describes L k l /\ described (S k) ls' end.

  Lemma layers_described l : forall k, (1 <= length l)%nat -> (k + length l = length sizes)%nat -> part_of sizes k l ->
    described k (layers (N.of_nat (start sizes k)) l).
  Proof.
    induction l as [| a [| b rest] IH]; intros k E Q N; [simpl in E; lia | simpl in *; lia |].
    assert (N0 : a = n k) by (specialize (N 0%nat ltac:(simpl; lia)); rewrite Nat.add_0_r in N; exact N).
    assert (N1 : b = n (S k)) by (specialize (N 1%nat ltac:(simpl; lia)); rewrite Nat.add_1_r in N; exact N).
    cbn [layers]. split.
    - split; [simpl in *; lia |]. split; [subst a; reflexivity |]. split; [subst b; reflexivity |].
      intros r s R S'. unfold index. cbn [first turned high wide layout_of place].
      rewrite <- N1. replace (Pos.pred_N (Pos.of_succ_nat r)) with (N.of_nat r) by lia.
      replace (Pos.pred_N (Pos.of_succ_nat s)) with (N.of_nat s) by lia. lia.
    - replace (N.of_nat (start sizes k) + N.of_nat a * N.of_nat b)%N with (N.of_nat (start sizes (S k))).
      + apply IH; [simpl; lia | simpl in *; lia | exact (part_tail _ _ _ _ N)].
      + cbn [start]. rewrite <- N0, <- N1. lia.
  Qed.

  Lemma edges_walk ls : forall k l i rest, described k ls -> part_of sizes k l -> (k + length l = length sizes)%nat ->
    in_range (map N.of_nat l) (map Pos.of_succ_nat (i :: rest)) = true ->
    walk sizes k i (k + length rest) (last (i :: rest) 0%nat) (edges_of ls (map Pos.of_succ_nat (i :: rest))) /\
    (last (i :: rest) 0 < n (k + length rest))%nat /\ (i < n k)%nat.
  Proof.
    induction ls as [| l0 ls IH]; intros k l i rest C N Q R.
    - destruct l as [| a l]; [discriminate |]. cbn [map in_range] in R. apply andb_prop in R. destruct R as [I R].
      apply N.leb_le in I. assert (N0 : a = n k) by (specialize (N 0%nat ltac:(simpl; lia));
        rewrite Nat.add_0_r in N; exact N).
      simpl in C. subst k. assert (length l = 0)%nat by (simpl in Q; lia). destruct l; [| discriminate].
      destruct rest as [| j rest]; [| discriminate]. simpl. rewrite Nat.add_0_r, <- N0.
      split; [apply Stay | split; lia].
    - destruct l as [| a l]; [discriminate |]. cbn [map in_range] in R. apply andb_prop in R. destruct R as [I R].
      apply N.leb_le in I. assert (N0 : a = n k)
        by (specialize (N 0%nat ltac:(simpl; lia)); rewrite Nat.add_0_r in N; exact N).
      destruct C as [(K & _ & _ & Ix) C]. assert (I' : (i < n k)%nat) by lia. clear I. rename I' into I.
      destruct rest as [| j rest].
      + simpl. rewrite Nat.add_0_r. split; [apply Stay | split; exact I].
      + destruct (IH (S k) l j rest C (part_tail _ _ _ _ N) ltac:(simpl in Q; lia) R) as (W & U & J).
        cbn [map edges_of]. rewrite Ix by assumption. replace (k + length (j :: rest))%nat with (S k +
          length rest)%nat by (simpl; lia).
        change (last (i :: j :: rest) 0%nat) with (last (j :: rest) 0%nat).
        split; [apply Step; assumption | split; [exact U | exact I]].
  Qed.

  Notation firsts := (map (fun l => N.of_nat (bias_start sizes l)) (seq 0 (length sizes))).
  Notation ls := (layers 0%N sizes).
  Notation ms := (whole_paths sizes ++ if bias_too then from_biases sizes else []).

  Lemma bias_at_is l a : (l < length sizes)%nat -> bias_at firsts l (Pos.of_succ_nat a) = bias sizes l a.
  Proof. intros H. unfold bias_at, bias. rewrite nth_map_seq by exact H. lia. Qed.

  Lemma start_described : described 0 ls.
  Proof. apply (layers_described sizes 0); [lia | reflexivity | intros i _; reflexivity]. Qed.

  Lemma monomial_is_there w : path_exists (map N.of_nat sizes) bias_too w = true -> In (monomial_of ls firsts w) ms.
  Proof.
    destruct w as [[units ends] k]. unfold path_exists, monomial_of. cbn [fst]. intros H. apply andb_prop in H.
    destruct H as [R H]. destruct (counted_out units) as [us ->]. rewrite map_length, (map_length N.of_nat) in H.
    rewrite map_length, last_counted. destruct us as [| i rest];
      [destruct ends; [rewrite andb_false_r in H; discriminate H | apply Nat.eqb_eq in H; simpl in H; lia] |].
    destruct (edges_walk ls 0 sizes i rest start_described (fun i _ => eq_refl) eq_refl R) as (W & U & I).
    simpl plus in *. apply in_or_app. destruct ends.
    - rewrite !andb_true_iff in H. destruct H as ((B & H) & H'). apply Nat.leb_le in H. apply Nat.ltb_lt in H'.
      right. rewrite B. apply (in_from_biases sizes _ E2). cbn [length pred] in *. rewrite bias_at_is by lia.
      exists (length rest), i, (last (i :: rest) 0%nat), (edges_of ls (map Pos.of_succ_nat (i :: rest))).
      repeat split; auto; lia.
    - apply Nat.eqb_eq in H. left. rewrite app_nil_r. apply (in_whole_paths sizes _ E2).
      exists i, (last (i :: rest) 0%nat). replace q with (length rest) by (rewrite <- H; reflexivity). auto.
  Qed.

  Lemma neurons_are l : forall k p o, described k l -> In (p, o) (neurons bias_too firsts k l) ->
    exists h a, (S h < q)%nat /\ (a < n (S h))%nat /\ p = in_side sizes bias_too (S h) a /\ o = out_edges sizes (S h) a.
  Proof.
    induction l as [| l0 [| l1 rest] IH]; intros k p o C H; try contradiction H.
    cbn [neurons] in H. apply in_app_or in H. destruct H as [H | H]; [| exact (IH (S k) p o (proj2 C) H)].
    destruct C as [(K & Hi & Wi & Ix) [(K' & Hi' & Wi' & Ix') _]].
    rewrite (upward_seq (N.to_nat (wide l0))), map_map in H. apply in_map_iff in H.
    destruct H as (a & Ea & A). injection Ea as <- <-. apply in_seq in A. rewrite Wi, Nnat.Nat2N.id in A.
    exists k, a. split; [exact K' |]. split; [exact (proj2 A) |].
    rewrite Hi, Wi', !Nnat.Nat2N.id. split.
    - unfold in_side, in_edges. f_equal.
      + rewrite upward_seq, map_map. apply map_ext_in. intros b B. apply in_seq in B.
        apply Ix'; [exact (proj2 A) | exact (proj2 B)].
      + destruct bias_too; [| reflexivity]. rewrite bias_at_is; [reflexivity | simpl in K'; lia].
    - unfold out_edges. cbn [pred]. rewrite upward_seq, map_map. apply map_ext_in. intros i I. apply in_seq in I.
      apply Ix; [exact (proj2 I) | exact (proj2 A)].
  Qed.
End Relu.

(* The squares of a neuron's weights (and bias) on the side of the input less those on the side of the output. *)
Theorem neuron_is_a_law widths bias D l a : let sizes := rev widths in
  (2 <= length sizes)%nat -> (S l < pred (length sizes))%nat -> (a < size_at sizes (S l))%nat ->
  below (Z.of_nat D) (in_side sizes bias (S l) a) = true -> below (Z.of_nat D) (out_edges sizes (S l) a) = true ->
  law D (gradients D (relu widths bias)) (difference (in_side sizes bias (S l) a) (out_edges sizes (S l) a)).
Proof.
  intros sizes E K A B B'.
  change (relu widths bias) with (monomials (whole_paths sizes ++ if bias then from_biases sizes else [])).
  apply difference_is_a_law; [exact B | exact B' |].
  intros m M. symmetry. apply sides_meet; [exact K | exact A |]. apply in_app_or in M.
  destruct M as [M | M]; [left; apply in_whole_paths; assumption | right]. destruct bias; [| destruct M].
  split; [reflexivity |]. apply in_from_biases; assumption.
Qed.

Theorem relu_check_sound widths bias x p lie laws : relu_check widths bias x p lie laws = true ->
  let D := (weights (rev widths) + if bias then biases widths else 0)%nat in
  shown D (gradients D (relu widths bias)) (rational (point_of x)) lie laws.
Proof.
  unfold relu_check. cbv zeta. set (sizes := rev widths). set (D := (weights sizes + _)%nat). rewrite !andb_true_iff.
  intros (((((O & E2) & W) & R) & B) & H). apply all_ones_sound in O. apply Nat.leb_le in E2.
  set (firsts := map _ (seq 0 (length sizes))) in *. rewrite forallb_forall in W, B.
  change (relu widths bias) with (monomials (whole_paths sizes ++ if bias then from_biases sizes else [])). split.
  - apply (rank_reaches_sound D p (fun wm i => coef (path_row wm) (Pos.of_succ_nat i))) in R; [| reflexivity].
    destruct R as (cs & <- & I & R). exists (map (fun wm => on D (fun i => partial i [(1%Q, snd wm)])) cs).
    rewrite map_length, map_map. split; [reflexivity |]. split.
    + apply Forall_forall. intros v J. apply in_map_iff in J. destruct J as (w & <- & J). apply Lie_in.
      unfold gradients, monomials. rewrite map_map.
      apply (in_map (fun m => on D (fun i => partial i [(1%Q, m)]))). specialize (I w J). specialize (W w I).
      apply in_map_iff in I. destruct I as (u & <- & _). rewrite !andb_true_iff in W.
      apply monomial_is_there; [exact E2 | apply W].
    + revert R. apply independent_same. clear - I W O. induction cs as [| w cs IH]; constructor.
      * intros i J. specialize (W w (I w (or_introl eq_refl))). rewrite !andb_true_iff in W.
        destruct W as ((_ & K) & Bm).
        apply Nat.ltb_lt in K. unfold whole_vector. symmetry. etransitivity;
          [exact (monomial_value x D _ i O Bm J) |]. unfold path_row.
        rewrite !coef_marks, times_bring by exact K. reflexivity.
      * apply IH. intros v J. apply I. right. exact J.
  - apply (rank_reaches_sound D p (fun s i => coef (neuron_row s) (Pos.of_succ_nat i))) in H; [| reflexivity].
    destruct H as (cs & <- & I & H). exists (map (fun s => difference (fst s) (snd s)) cs).
    rewrite map_length, map_map. split; [reflexivity |]. split.
    + apply Forall_forall. intros v J. apply in_map_iff in J. destruct J as ([a o] & <- & J).
      specialize (B _ (I _ J)). apply andb_prop in B. destruct B as [B B'].
      destruct (neurons_are sizes bias E2 _ 0%nat a o (start_described sizes E2) (I _ J)) as (l & u & K & A & -> & ->).
      exact (neuron_is_a_law widths bias D l u E2 K A B B').
    + revert H. apply independent_same. clear - I B O. induction cs as [| w cs IH]; constructor.
      * intros i J. specialize (B w (I w (or_introl eq_refl))). apply andb_prop in B. destruct B as [B B'].
        unfold whole_vector. rewrite (difference_value x D _ _ i O B B' J). reflexivity.
      * apply IH. intros v J. apply I. right. exact J.
Qed.
