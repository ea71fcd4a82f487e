From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lra Lia FunctionalExtensionality.
From Conslaw Require Import Polynomials RealValues Independence Models Ranks Laws Lie Smooth.
Import ListNotations.
Local Open Scope Q_scope.

(* ------------------------------------------------------------------ counts *)

Definition gradient_row (D : nat) (x : positive -> Q) (h : poly) : list Q :=
  map (fun i => fast_eval x (partial (Pos.of_succ_nat i) h)) (seq 0 D).

Lemma row_of_map D f (v : vector) : (forall i, Q2R (f i) = v i) -> row_of D v (map f (seq 0 D)).
Proof.
  intros H. split; [rewrite map_length, seq_length; reflexivity |]. intros i I.
  rewrite (nth_indep _ 0 (f 0%nat)) by (rewrite map_length, seq_length; exact I).
  rewrite map_nth, seq_nth by exact I. apply H.
Qed.

Lemma gradient_row_of D x h : row_of D (gradient (rational x) h) (gradient_row D x h).
Proof.
  apply row_of_map. intros i. unfold gradient, value. rewrite real_rational. apply Qeq_eqR, fast_eval_same.
Qed.

Definition laws_check D W x p (laws : list poly) : bool :=
  forallb (is_law D W) laws && independent_rows D p (map (gradient_row D x) laws).

Lemma rows_of {A} D (v : A -> vector) (r : A -> list Q) l :
  (forall a, row_of D (v a) (r a)) -> Forall2 (row_of D) (map v l) (map r l).
Proof. intros H. induction l; simpl; constructor; auto. Qed.

Theorem laws_check_sound D W x p laws : laws_check D W x p laws = true ->
  Forall (law D W) laws /\ independent D (map (gradient (rational x)) laws).
Proof.
  intros H. apply andb_prop in H. destruct H as [H I]. split.
  - apply Forall_forall. intros h J. rewrite forallb_forall in H. apply is_law_sound. auto.
  - apply (independent_rows_sound D p _ _ (rows_of _ _ _ _ (gradient_row_of D x)) I).
Qed.

(* Words: [a; b; c] stands for [f_a, [f_b, f_c]], and f_a is an integer combination of fields of W. *)
Definition combine_fields (W : list field) (f : list (nat * Z)) : field :=
  fun i => sum (map (fun gc => times (inject_Z (snd gc)) [] (nth (fst gc) W (fun _ => []) i)) f).

Fixpoint word (D : nat) (fs : list field) (w : list nat) : field :=
  match w with
  | [] => fun _ => []
  | a :: w' =>
      let f := nth a fs (fun _ => []) in
      match w' with [] => f | _ => memo D (bracket f (word D fs w')) end
  end.

Definition word_row (D : nat) (fs : list field) (x : positive -> Q) (w : list nat) : list Q :=
  match w with
  | a :: (_ :: _) as w' =>
      let f := nth a fs (fun _ => []) in
      let g := word D fs w' in
      let at_f := memo D (fun j => fast_eval x (f j)) in
      let at_g := memo D (fun j => fast_eval x (g j)) in
      map (fun k => let i := Pos.of_succ_nat k in Qred (fast_slope x at_g (f i) - fast_slope x at_f (g i))) (seq 0 D)
  | _ => map (fun k => fast_eval x (word D fs w (Pos.of_succ_nat k))) (seq 0 D)
  end.

Lemma word_row_of D fs x w : row_of D (value (rational x) (word D fs w)) (word_row D fs x w).
Proof.
  destruct w as [| a [| b w]];
    try (apply row_of_map; intros i; unfold value; rewrite real_rational; apply Qeq_eqR, fast_eval_same).
  apply row_of_map. intros k. cbv zeta. unfold value. rewrite real_rational.
  apply Qeq_eqR. rewrite Qred_correct, !fast_slope_same.
  change (word D fs (a :: b :: w)) with (memo D (bracket (nth a fs (fun _ => [])) (word D fs (b :: w)))).
  rewrite memo_same, eval_bracket.
  rewrite (slope_same x _ (fun j => eval x (word D fs (b :: w) j))) by
    (intros j; rewrite memo_same; apply fast_eval_same).
  rewrite (slope_same x (memo D _) (fun j => eval x (nth a fs (fun _ => []) j))) by
    (intros j; rewrite memo_same; apply fast_eval_same).
  reflexivity.
Qed.

Definition some {A} (l : list A) : bool := match l with [] => false | _ => true end.

Definition fields_check (W : list field) (fs : list (list (nat * Z))) : bool :=
  forallb (fun f => some f && forallb (fun gc => Nat.ltb (fst gc) (length W)) f) fs.

Definition letters (D : nat) (W : list field) (fs : list (list (nat * Z))) : list field :=
  map (fun f => memo D (combine_fields W f)) fs.

Definition words_check D W x p (fs : list (list (nat * Z))) (words : list (list nat)) : bool :=
  fields_check W fs &&
  forallb (fun w => some w && forallb (fun a => Nat.ltb a (length fs)) w) words &&
  let ls := letters D W fs in independent_rows D p (map (word_row D ls x) words).

Lemma Lie_same_values W X Y : (forall x i, eval x (X i) == eval x (Y i)) -> Lie W X -> Lie W Y.
Proof. intros E. apply Lie_same. intros x i. apply real_same. intros y. apply E. Qed.

Lemma combine_in_Lie D W f : some f = true -> forallb (fun gc => Nat.ltb (fst gc) (length W)) f = true ->
  Lie W (memo D (combine_fields W f)).
Proof.
  intros S H. apply (Lie_same_values W (combine_fields W f)); [intros; rewrite memo_same; reflexivity |].
  assert (N : exists v, In v W).
  { destruct f as [| [g c] f]; [discriminate |]. simpl in H. apply andb_prop in H. destruct H as [H _].
    apply Nat.ltb_lt in H. exists (nth g W (fun _ => [])). apply nth_In. exact H. }
  destruct N as [v V]. clear S. induction f as [| [g c] f IH].
  - apply (Lie_same_values W (fun i => times 0 [] (v i))); [| apply Lie_times, Lie_in, V].
    intros x i. rewrite eval_times. simpl. ring.
  - simpl in H. apply andb_prop in H. destruct H as [G H]. apply Nat.ltb_lt in G.
    apply (Lie_same_values W (fun i => add (times (inject_Z c) [] (nth g W (fun _ => []) i)) (combine_fields W f i))).
    + intros x i. unfold combine_fields. rewrite eval_add, !eval_sum. reflexivity.
    + apply Lie_add; [| exact (IH H)]. apply (Lie_times W (inject_Z c)), Lie_in, nth_In, G.
Qed.

Lemma word_in_Lie D W fs w : fields_check W fs = true -> some w = true ->
  forallb (fun a => Nat.ltb a (length fs)) w = true -> Lie W (word D (letters D W fs) w).
Proof.
  intros F. induction w as [| a w IH]; intros S H; [discriminate |].
  simpl in H. apply andb_prop in H. destruct H as [A H]. apply Nat.ltb_lt in A.
  assert (L : Lie W (nth a (letters D W fs) (fun _ => []))).
  { unfold fields_check in F. rewrite forallb_forall in F. unfold letters.
    rewrite (nth_indep _ _ (memo D (combine_fields W []))) by (rewrite map_length; exact A).
    rewrite (map_nth (fun f => memo D (combine_fields W f))).
    specialize (F (nth a fs []) (nth_In fs [] A)). apply andb_prop in F. apply combine_in_Lie; apply F. }
  destruct w as [| b w]; [exact L |].
  apply (Lie_same_values W (bracket (nth a (letters D W fs) (fun _ => [])) (word D (letters D W fs) (b :: w)))).
  - intros x i. change (word D (letters D W fs) (a :: b :: w)) with
      (memo D (bracket (nth a (letters D W fs) (fun _ => [])) (word D (letters D W fs) (b :: w)))).
    rewrite memo_same. reflexivity.
  - apply Lie_bracket; [exact L | exact (IH eq_refl H)].
Qed.

Theorem words_check_sound D W x p fs words : words_check D W x p fs words = true ->
  Forall (Lie W) (map (word D (letters D W fs)) words) /\
  independent D (map (value (rational x)) (map (word D (letters D W fs)) words)).
Proof.
  intros H. apply andb_prop in H. destruct H as [H I]. apply andb_prop in H. destruct H as [F H]. split.
  - apply Forall_forall. intros X J. apply in_map_iff in J. destruct J as (w & <- & J).
    rewrite forallb_forall in H. specialize (H w J). apply andb_prop in H.
    apply word_in_Lie; [exact F | apply H | apply H].
  - rewrite map_map. cbv zeta in I.
    exact (independent_rows_sound D p _ _ (rows_of _ _ _ _ (word_row_of D (letters D W fs) x)) I).
Qed.

(* What a count claims, and what its evidence is for. *)
Definition numbers_check (D parameters fields_at_least least most : nat) (exactly : bool) (words laws : nat) : bool :=
  Nat.eqb parameters D && Nat.eqb fields_at_least words && Nat.eqb least laws &&
  Nat.eqb (most + words) D && Bool.eqb exactly (Nat.eqb least most).

(* What is independent at the point is independent near it. *)
Lemma tame_value X i : tame (fun y => value y X i).
Proof. apply tame_real. Qed.

Lemma values_near D x Xs : independent D (map (value x) Xs) -> near x (fun y => independent D (map (value y) Xs)).
Proof.
  intros I. assert (E : forall y, map (fun f => f y) (map (fun X z => value z X) Xs) = map (value y) Xs) by
    (intros y; rewrite map_map; reflexivity).
  assert (N : near x (fun y => independent D (map (fun f => f y) (map (fun X z => value z X) Xs)))).
  { apply independent_near; [| rewrite E; exact I]. intros f J i _. apply in_map_iff in J.
    destruct J as (X & <- & _). apply tame_value. }
  revert N. apply near_weaken. intros y. rewrite E. trivial.
Qed.

Lemma Lie_near D W x Xs : Forall (Lie W) Xs -> independent D (map (value x) Xs) ->
  near x (fun y => dim_Lie_at_least D W y (length Xs)).
Proof. intros L I. generalize (values_near D x Xs I). apply near_weaken. intros y J. exists Xs. auto. Qed.

Lemma laws_near D W x hs : Forall (law D W) hs -> independent D (map (gradient x) hs) ->
  near x (fun y => laws_at_least D W y (length hs)).
Proof.
  intros L I. assert (E : forall y, map (value y) (map (fun h i => partial i h) hs) = map (gradient y) hs) by
    (intros y; rewrite map_map; reflexivity).
  rewrite <- E in I. generalize (values_near D x _ I). apply near_weaken. intros y J. rewrite E in J. exists hs. auto.
Qed.

(* At y: dim Lie(W)(y) is at least R and at most D - N; there are N independent laws, polynomials; and no more than
   M laws, of whatever form, are independent at y. *)
Definition counted (D : nat) (W : list field) (R N M : nat) (y : point) : Prop :=
  dim_Lie_at_least D W y R /\ dim_Lie_at_most D W y (D - N) /\ laws_at_least D W y N /\
  smooth_laws_at_most D W y M.

Theorem count_by_laws D W x p fs words laws P R N M e : (forall v, In v W -> is_on D v) ->
  numbers_check D P R N M e (length words) (length laws) = true ->
  words_check D W x p fs words = true -> laws_check D W x p laws = true ->
  D = P /\ near (rational x) (counted D W R N M).
Proof.
  intros V K A B. apply words_check_sound in A. apply laws_check_sound in B. unfold numbers_check in K.
  rewrite !andb_true_iff, !Nat.eqb_eq in K. destruct K as ((((-> & ->) & ->) & K) & _). split; [reflexivity |].
  assert (I : forall v, In v W -> inside D v) by (intros v J; apply inside_is_on, V, J).
  generalize (near_and _ _ _ (Lie_near D W _ _ (proj1 A) (proj2 A)) (laws_near D W _ _ (proj1 B) (proj2 B))).
  apply near_weaken. rewrite map_length. intros y [L H]. replace M with (D - length words)%nat by lia.
  repeat split; [exact L | apply laws_bound_Lie; assumption | exact H | apply at_most_smooth_laws; assumption].
Qed.
