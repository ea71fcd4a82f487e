From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lia Lqa.
From Conslaw Require Import Polynomials RealValues Independence Models Ranks Sparse Laws Lie Smooth Words Counts.
Import ListNotations.
Local Open Scope Q_scope.

(* ------------------------------------------------------------------ involutive frames *)

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

Theorem jacobi x X Y Z i : eval x (bracket (bracket X Y) Z i) ==
  eval x (bracket X (bracket Y Z) i) - eval x (bracket Y (bracket X Z) i).
Proof.
  assert (E : forall A B, eval x (bracket A B i) == eval x (along B (A i)) - eval x (along A (B i))).
  { intros A B. unfold bracket. apply eval_sub. }
  assert (F : forall A B C, eval x (along A (bracket B C i)) ==
                            eval x (along A (along C (B i))) - eval x (along A (along B (C i)))).
  { intros A B C. rewrite !(eval_along x A). apply slope_sub. }
  rewrite !E, !along_bracket, !F. ring.
Qed.

Fixpoint power (a : Q) (k : nat) : Q := match k with O => 1 | S k' => a * power a k' end.

Lemma power_add a k l : power a (k + l) == power a k * power a l.
Proof. induction k as [| k IH]; simpl; [ring | rewrite IH; ring]. Qed.

Section Frame.
  Variables (D : nat) (W ws : list field) (m : poly).
  Let n := length ws.
  Let w (l : nat) : field := nth l ws (fun _ => []).
  Let span (x : positive -> Q) (q : nat -> poly) (i : positive) : Q :=
    total (fun l => eval x (q l) * eval x (w l i)) (seq 0 n).

  (* X is a combination of the w_l with coefficients q_l / M, and M is a power of m. *)
  Definition spanned (X : field) : Prop := exists M k q,
    (forall x, eval x M == power (eval x m) k) /\ forall x i, eval x M * eval x (X i) == span x q i.

  Hypothesis generators : forall v, In v W -> exists a, forall x i, eval x m * eval x (v i) == span x a i.
  Hypothesis brackets : forall v, In v W -> exists b : nat -> nat -> poly,
    forall l, (l < n)%nat -> forall x i, eval x m * eval x (bracket v (w l) i) == span x (b l) i.

  Lemma spanned_same X Y : (forall x i, eval x (X i) == eval x (Y i)) -> spanned X -> spanned Y.
  Proof. intros E (M & k & q & N & H). exists M, k, q. split; [exact N |]. intros x i. rewrite <- E. apply H. Qed.

  Lemma spanned_combination a b X Y : spanned X -> spanned Y ->
    spanned (fun i => add (times a [] (X i)) (times b [] (Y i))).
  Proof.
    intros (M & k & q & N & H) (M' & k' & q' & N' & H').
    exists (mul M M'), (k + k')%nat, (fun l => add (times a [] (mul M' (q l))) (times b [] (mul M (q' l)))). split.
    - intros x. rewrite eval_mul, power_add, N, N'. reflexivity.
    - intros x i. rewrite eval_mul, eval_add, !eval_times. specialize (H x i). specialize (H' x i).
      transitivity (eval x M' * a * (eval x M * eval x (X i)) + eval x M * b * (eval x M' * eval x (Y i)));
        [simpl; ring |].
      rewrite H, H'. unfold span. rewrite <- !total_scale, <- total_plus. apply total_same. intros l _.
      rewrite eval_add, !eval_times, !eval_mul. simpl. ring.
  Qed.

  Lemma slope_span x y q i :
    slope x y (sum (map (fun l => mul (q l) (w l i)) (seq 0 n))) ==
    total (fun l => slope x y (q l) * eval x (w l i) + eval x (q l) * slope x y (w l i)) (seq 0 n).
  Proof. rewrite slope_sum, total_map. apply total_same. intros l _. apply slope_mul. Qed.

  Lemma slope_total x (q : nat -> Q) (y : nat -> positive -> Q) l p :
    slope x (fun j => total (fun k => q k * y k j) l) p == total (fun k => q k * slope x (y k) p) l.
  Proof.
    induction l as [| k l IH].
    - simpl. transitivity (slope x (fun j => 0 * 0) p); [apply slope_same; intros; ring |].
      rewrite (slope_scale x 0 (fun _ => 0)). ring.
    - cbn [total fold_right].
      rewrite (slope_plus x (fun j => q k * y k j) (fun j => total (fun k => q k * y k j) l)), IH, slope_scale.
      reflexivity.
  Qed.

  (* M [v, Y] = sum q_l [v, w_l] - sum (v q_l) w_l + (v M) Y, if M Y = sum q_l w_l. *)
  Lemma spanned_generator v Y : In v W -> spanned Y -> spanned (bracket v Y).
  Proof.
    intros V (M & e & q & N & H). destruct (brackets v V) as [b B].
    exists (mul (mul M M) m), (e + e + 1)%nat, (fun k =>
      add (sum (map (fun l => mul (mul (q l) M) (b l k)) (seq 0 n)))
        (sub (mul (mul m (along v M)) (q k)) (mul (mul M m) (along v (q k))))). split.
    - intros x. rewrite !eval_mul, !power_add, N. simpl. ring.
    - intros x i. set (y := fun j => eval x (v j)).
      assert (S : slope x y M * eval x (Y i) + eval x M * slope x y (Y i) ==
        total (fun l => slope x y (q l) * eval x (w l i)) (seq 0 n) +
        total (fun l => eval x (q l) * slope x y (w l i)) (seq 0 n)).
      { rewrite <- slope_mul, <- total_plus, <- slope_span. apply same_values_same_slope. intros z.
        rewrite eval_mul, H, eval_sum, total_map. apply total_same. intros l _. rewrite eval_mul. reflexivity. }
      assert (T : eval x M * slope x (fun j => eval x (Y j)) (v i) ==
        total (fun l => eval x (q l) * slope x (fun j => eval x (w l j)) (v i)) (seq 0 n)).
      { rewrite <- slope_scale, <- slope_total. apply slope_same. intros j. apply H. }
      assert (U : eval x m * total (fun l => eval x (q l) * eval x (bracket v (w l) i)) (seq 0 n) ==
        total (fun k => total (fun l => eval x (q l) * eval x (b l k)) (seq 0 n) * eval x (w k i)) (seq 0 n)).
      { rewrite <- total_scale.
        transitivity (total (fun l => total (fun k => eval x (q l) * eval x (b l k) * eval x (w k i)) (seq 0 n))
          (seq 0 n)).
        - apply total_same. intros l L. apply in_seq in L.
          transitivity (eval x (q l) * (eval x m * eval x (bracket v (w l) i))); [ring |].
          rewrite B by lia. unfold span. rewrite <- total_scale. apply total_same. intros k _. ring.
        - rewrite total_swap. apply total_same. intros k _.
          rewrite Qmult_comm, <- total_scale. apply total_same. intros l _. ring. }
      assert (R : total (fun l => eval x (q l) * eval x (bracket v (w l) i)) (seq 0 n) ==
        total (fun l => eval x (q l) * slope x (fun j => eval x (w l j)) (v i)) (seq 0 n) -
        total (fun l => eval x (q l) * slope x y (w l i)) (seq 0 n)).
      { transitivity (total (fun l => eval x (q l) * slope x (fun j => eval x (w l j)) (v i) +
          -1 * (eval x (q l) * slope x y (w l i))) (seq 0 n)).
        - apply total_same. intros l _. rewrite eval_bracket. unfold y. ring.
        - rewrite total_plus, total_scale. ring. }
      unfold span. transitivity (total (fun k =>
          eval x M * (total (fun l => eval x (q l) * eval x (b l k)) (seq 0 n) * eval x (w k i)) +
          (eval x m * slope x y M * (eval x (q k) * eval x (w k i)) +
           - eval x M * eval x m * (slope x y (q k) * eval x (w k i)))) (seq 0 n)).
      + rewrite !total_plus, !total_scale, <- U, R, <- T. fold (span x q i). rewrite <- (H x i).
        rewrite !eval_mul, eval_bracket. fold y.
        set (A := total (fun l => eval x (q l) * slope x y (w l i)) (seq 0 n)) in *.
        set (B' := total (fun l => slope x y (q l) * eval x (w l i)) (seq 0 n)) in *.
        setoid_replace B' with (slope x y M * eval x (Y i) + eval x M * slope x y (Y i) - A) by (rewrite S; ring).
        ring.
      + apply total_same. intros k _.
        rewrite eval_add, eval_sum, total_map, eval_sub, !eval_mul, !eval_along. fold y.
        assert (P : total (fun l => eval x (mul (mul (q l) M) (b l k))) (seq 0 n) ==
                    eval x M * total (fun l => eval x (q l) * eval x (b l k)) (seq 0 n)).
        { rewrite <- total_scale. apply total_same. intros l _. rewrite !eval_mul. ring. }
        rewrite P. ring.
  Qed.

  Lemma bracket_same X X' Y : (forall x i, eval x (X i) == eval x (X' i)) ->
    forall x i, eval x (bracket X Y i) == eval x (bracket X' Y i).
  Proof.
    intros E x i. rewrite !eval_bracket, (same_values_same_slope (X i) (X' i)) by (intros; apply E).
    rewrite (slope_same x (fun j => eval x (X j)) (fun j => eval x (X' j))) by (intros; apply E). reflexivity.
  Qed.

  Lemma Lie_spanned X : Lie W X -> spanned X /\ forall Y, spanned Y -> spanned (bracket X Y).
  Proof.
    intros L. induction L as [v V | X X' _ [S B] _ [S' B'] | c X _ [S B] | X X' _ [S B] _ [S' B'] | X X' E _ [S B]].
    - split; [| intros Y; apply spanned_generator; exact V]. destruct (generators v V) as [a A].
      exists m, 1%nat, a. split; [intros; simpl; ring | exact A].
    - assert (E : forall (Y Y' : field) x i,
        eval x (add (times 1 [] (Y i)) (times 1 [] (Y' i))) == eval x (Y i) + eval x (Y' i)).
      { intros. rewrite eval_add, !eval_times. simpl. ring. }
      split.
      + apply (spanned_same (fun i => add (times 1 [] (X i)) (times 1 [] (X' i)))).
        * intros. rewrite E, eval_add. reflexivity.
        * apply spanned_combination; assumption.
      + intros Y H. apply (spanned_same (fun i => add (times 1 [] (bracket X Y i)) (times 1 [] (bracket X' Y i)))).
        * intros x i. rewrite (E (bracket X Y) (bracket X' Y)), !eval_bracket, slope_add.
          rewrite (slope_same x _ _ (Y i) (fun j => eval_add x (X j) (X' j))), slope_plus. ring.
        * apply spanned_combination; auto.
    - assert (E : forall (Y : field) x i, eval x (add (times c [] (Y i)) (times 0 [] (Y i))) == c * eval x (Y i)).
      { intros. rewrite eval_add, !eval_times. simpl. ring. }
      split.
      + apply (spanned_same (fun i => add (times c [] (X i)) (times 0 [] (X i)))).
        * intros. rewrite E, eval_times. simpl. ring.
        * apply spanned_combination; assumption.
      + intros Y H. apply (spanned_same (fun i => add (times c [] (bracket X Y i)) (times 0 [] (bracket X Y i)))).
        * intros x i. rewrite (E (bracket X Y)), !eval_bracket, slope_times.
          rewrite (slope_same x (fun j => eval x (times c [] (X j))) (fun j => c * eval x (X j))) by
            (intros; rewrite eval_times; simpl; ring).
          rewrite slope_scale. simpl. ring.
        * apply spanned_combination; auto.
    - split; [exact (B X' S') |]. intros Y H.
      apply (spanned_same (fun i => add (times 1 [] (bracket X (bracket X' Y) i))
                                        (times (-1) [] (bracket X' (bracket X Y) i)))).
      + intros x i. rewrite eval_add, !eval_times, jacobi. simpl. ring.
      + apply (spanned_combination 1 (-1) (bracket X (bracket X' Y)) (bracket X' (bracket X Y))); auto.
    - assert (E' : forall x i, eval x (X i) == eval x (X' i)).
      { intros x i. apply eqR_Qeq. rewrite <- !real_rational. apply E. }
      split; [exact (spanned_same X X' E' S) |]. intros Y H.
      apply (spanned_same (bracket X Y)); [apply bracket_same; exact E' | auto].
  Qed.

  Lemma combination_seq (f : nat -> R) (x : point) i : combination (map f (seq 0 n)) (map (value x) ws) i =
    real_total (fun l => f l * value x (w l) i)%R (seq 0 n).
  Proof.
    assert (G : forall us k f, combination (map f (seq k (length us))) (map (value x) us) i =
      real_total (fun l => f l * value x (nth (l - k) us (fun _ => [])) i)%R (seq k (length us))).
    { induction us as [| u us IH]; intros k g; simpl; [reflexivity |].
      rewrite IH, Nat.sub_diag. f_equal. unfold real_total.
      assert (P : forall (g h : nat -> R) l, (forall a, In a l -> g a = h a) ->
        fold_right (fun a s => g a + s)%R 0%R l = fold_right (fun a s => h a + s)%R 0%R l).
      { clear. induction l as [| a l IH]; simpl; intros H; [reflexivity |]. rewrite H, IH by auto. reflexivity. }
      apply P. intros l L. apply in_seq in L.
      replace (l - k)%nat with (S (l - S k)) by lia. reflexivity. }
    unfold n. rewrite G. unfold real_total. f_equal.
    apply FunctionalExtensionality.functional_extensionality. intros l.
    apply FunctionalExtensionality.functional_extensionality. intros s. rewrite Nat.sub_0_r. reflexivity.
  Qed.

  Lemma real_power x M k : (forall y, eval y M == power (eval y m) k) -> real x m <> 0%R -> real x M <> 0%R.
  Proof.
    intros H N. assert (E : real x M = (real x m ^ k)%R).
    { assert (P : forall l, exists p, forall y, eval y p == power (eval y m) l).
      { induction l as [| l [p P]]; [exists [(1, [])]; intros; simpl; ring |].
        exists (mul m p). intros y. rewrite eval_mul, P. reflexivity. }
      clear - H. revert M H. induction k as [| k IH]; intros M H.
      - transitivity (real x [(1, [])]); [apply real_same; intros y; rewrite H; simpl; ring |].
        simpl. rewrite Q2R_1. ring.
      - assert (P : exists p, forall y, eval y p == power (eval y m) k).
        { clear. induction k as [| k [p P]]; [exists [(1, [])]; intros; simpl; ring |].
          exists (mul m p). intros y. rewrite eval_mul, P. reflexivity. }
        destruct P as [p P]. transitivity (real x (mul m p)).
        + apply real_same. intros y. rewrite H, eval_mul, P. reflexivity.
        + rewrite real_mul, (IH p P). reflexivity. }
    rewrite E. apply pow_nonzero, N.
  Qed.

  (* Where m is not zero, dim Lie(W)(x) is at most the number of the w_l. *)
  Theorem frame_bound x : real x m <> 0%R -> dim_Lie_at_most D W x n.
  Proof.
    intros Z Xs L I. rewrite <- (map_length (value x) Xs). unfold n. rewrite <- (map_length (value x) ws).
    apply (independent_in_span D); [exact I |]. intros u U. apply in_map_iff in U. destruct U as (X & <- & J).
    rewrite Forall_forall in L. destruct (Lie_spanned X (L X J)) as [(M & k & q & N & H) _].
    pose proof (real_power x M k N Z) as Y.
    exists (map (fun l => real x (q l) / real x M)%R (seq 0 n)).
    split; [rewrite !map_length, seq_length; reflexivity |]. intros i _. rewrite combination_seq.
    pose proof (fun y => H y (Pos.of_succ_nat i)) as H1. clear H.
    assert (E : (real x M * value x X i =
      real_total (fun l => real x (q l) * value x (w l) i) (seq 0 n))%R).
    { unfold value. transitivity (real x (sum (map (fun l => mul (q l) (w l (Pos.of_succ_nat i))) (seq 0 n)))).
      - rewrite <- real_mul. apply real_same. intros y. rewrite eval_mul, H1, eval_sum, total_map.
        apply total_same. intros l _. rewrite eval_mul. reflexivity.
      - clear. generalize (seq 0 n). intros l. induction l as [| a l IH].
        + reflexivity.
        + simpl map. transitivity (real x (add (mul (q a) (w a (Pos.of_succ_nat i)))
            (sum (map (fun l => mul (q l) (w l (Pos.of_succ_nat i))) l)))).
          * apply real_same. intros y. rewrite eval_add, !eval_sum. reflexivity.
          * rewrite real_add, real_mul, IH. reflexivity. }
    apply (Rmult_eq_reg_l (real x M)); [| exact Y]. rewrite E. unfold real_total.
    generalize (seq 0 n). intros l. induction l as [| a l IHl]; simpl; [ring |]. rewrite Rmult_plus_distr_l, <- IHl.
    field. exact Y.
  Qed.
End Frame.

Definition spans (D : nat) (ws : list field) (m : poly) (v : field) (a : list poly) : bool :=
  Nat.eqb (length a) (length ws) &&
  forallb (fun k => let i := Pos.of_succ_nat k in
    nothing (sub (sum (map (fun aw => mul (fst aw) (snd aw i)) (combine a ws))) (mul m (v i)))) (seq 0 D).

Definition frame_check (D : nat) (W ws : list field) (m : poly) (gs : list (list poly)) (bs : list (list (list poly)))
  : bool :=
  Nat.eqb (length gs) (length W) && Nat.eqb (length bs) (length W) &&
  forallb (fun vab => match vab with (v, (a, b)) =>
    spans D ws m v a && Nat.eqb (length b) (length ws) &&
    forallb (fun wb => spans D ws m (memo D (bracket v (fst wb))) (snd wb)) (combine ws b) end)
    (combine W (combine gs bs)).

Lemma spans_sound D ws m v a : Forall (is_on D) ws -> is_on D v -> spans D ws m v a = true -> forall x i,
  eval x m * eval x (v i) ==
  total (fun l => eval x (nth l a []) * eval x (nth l ws (fun _ => []) i)) (seq 0 (length ws)).
Proof.
  intros O V H x i. apply andb_prop in H. destruct H as [L H]. apply Nat.eqb_eq in L.
  assert (G : eval x (sum (map (fun aw => mul (fst aw) (snd aw i)) (combine a ws))) ==
    total (fun l => eval x (nth l a []) * eval x (nth l ws (fun _ => []) i)) (seq 0 (length ws))).
  { rewrite eval_sum, total_map. clear - L. revert a L.
    assert (S : forall (us : list field) k a, length a = length us ->
      total (fun aw => eval x (mul (fst aw) (snd aw i))) (combine a us) ==
      total (fun l => eval x (nth (l - k) a []) * eval x (nth (l - k) us (fun _ => []) i)) (seq k (length us))).
    { induction us as [| u us IH]; intros k [| q a] L; try discriminate; [reflexivity |].
      injection L as L. cbn [combine length seq]. simpl. rewrite Nat.sub_diag, eval_mul, (IH (S k) a L).
      apply Qplus_comp; [reflexivity |]. apply total_same. intros l M. apply in_seq in M.
      replace (l - k)%nat with (S (l - S k)) by lia. reflexivity. }
    intros a L. rewrite (S ws 0%nat a L). apply total_same. intros l _. rewrite Nat.sub_0_r. reflexivity. }
  destruct (Nat.le_gt_cases (Pos.to_nat i) D) as [I | I].
  - rewrite forallb_forall in H. specialize (H (pred (Pos.to_nat i))).
    assert (P : Pos.of_succ_nat (pred (Pos.to_nat i)) = i) by lia.
    cbv zeta in H. rewrite P in H.
    assert (Z := fun s : poly => match s as s return nothing s = true -> eval x s == 0 with
      [] => fun _ => Qeq_refl 0 | _ => fun e => False_rect _ (Bool.diff_false_true e) end).
    specialize (Z _ (H ltac:(apply in_seq; lia))). rewrite eval_sub, eval_mul, G in Z. lra.
  - rewrite (V x i I), Qmult_0_r. symmetry. apply total_zero. intros l J. apply in_seq in J.
    rewrite Forall_forall in O. rewrite (O _ (nth_In ws (fun _ => []) (proj2 J)) x i I). ring.
Qed.

Lemma bracket_on D v w : is_on D v -> is_on D w -> is_on D (bracket v w).
Proof.
  intros V U x i I. rewrite eval_bracket.
  rewrite !slope_nothing by (intros z; first [exact (V z i I) | exact (U z i I)]). ring.
Qed.

Lemma memo_on D v : is_on D v -> is_on D (memo D v).
Proof. intros V x i I. rewrite memo_same. exact (V x i I). Qed.

Theorem frame_check_sound D W ws m gs bs x : (forall v, In v W -> is_on D v) -> Forall (is_on D) ws ->
  frame_check D W ws m gs bs = true -> real x m <> 0%R -> dim_Lie_at_most D W x (length ws).
Proof.
  intros V O H Z. apply andb_prop in H. destruct H as [H F]. apply andb_prop in H. destruct H as [LG LB].
  apply Nat.eqb_eq in LG. apply Nat.eqb_eq in LB. rewrite forallb_forall in F.
  assert (E : forall v, In v W -> exists a b, spans D ws m v a = true /\ length b = length ws /\
    forall w c, In (w, c) (combine ws b) -> spans D ws m (memo D (bracket v w)) c = true).
  { intros v I. assert (J : exists a b, In (v, (a, b)) (combine W (combine gs bs))).
    { clear - I LG LB. revert gs bs LG LB. induction W as [| u us IH]; intros [| g gs] [| b bs] LG LB;
        try discriminate; [destruct I |]. injection LG as LG. injection LB as LB. destruct I as [<- | I].
      - exists g, b. left. reflexivity.
      - destruct (IH I gs bs LG LB) as (a & c & K). exists a, c. right. exact K. }
    destruct J as (a & b & J). specialize (F _ J). cbn beta iota in F. apply andb_prop in F. destruct F as [F B].
    apply andb_prop in F. destruct F as [A L]. apply Nat.eqb_eq in L. exists a, b. split; [exact A |].
    split; [exact L |]. intros w c K. rewrite forallb_forall in B. exact (B _ K). }
  apply (frame_bound D W ws m); [| | exact Z].
  - intros v I. destruct (E v I) as (a & _ & A & _). exists (fun l => nth l a []). intros y i.
    apply (spans_sound D); [exact O | exact (V v I) | exact A].
  - intros v I. destruct (E v I) as (_ & b & _ & L & B). exists (fun l k => nth k (nth l b []) []).
    intros l J y i.
    assert (K : In (nth l ws (fun _ => []), nth l b []) (combine ws b)).
    { rewrite <- combine_nth by (symmetry; exact L). apply nth_In. rewrite combine_length. lia. }
    rewrite <- (memo_same D (bracket v (nth l ws (fun _ => [])))).
    apply (spans_sound D); [exact O | | exact (B _ _ K)].
    apply memo_on, bracket_on; [exact (V v I) |]. rewrite Forall_forall in O. apply O, nth_In. exact J.
Qed.

Lemma words_on D W fs words : (forall v, In v W -> is_on D v) -> Forall (is_on D) (map (word D (letters D W fs)) words).
Proof.
  intros V.
  assert (N : is_on D (fun _ => [])) by (intros x i _; reflexivity).
  assert (L : forall a, is_on D (nth a (letters D W fs) (fun _ => []))).
  { intros a. destruct (nth_in_or_default a (letters D W fs) (fun _ => [])) as [I | E]; [| rewrite E; exact N].
    apply in_map_iff in I. destruct I as (f & <- & _). apply memo_on. intros x i I. unfold combine_fields.
    rewrite eval_sum, total_map. apply total_zero. intros [g c] _. rewrite eval_times. simpl.
    destruct (nth_in_or_default (N.to_nat g) W (fun _ => [])) as [J | E]; [| rewrite E; simpl; ring].
    rewrite (V _ J x i I). ring. }
  apply Forall_forall. intros X I. apply in_map_iff in I. destruct I as (w & <- & _).
  induction w as [| a w IH]; [exact N |]. destruct w as [| b w]; [exact (L a) |].
  apply memo_on, bracket_on; [exact (L a) | exact IH].
Qed.

(* At y: dim Lie(W)(y) is exactly R, and no more than M laws, of whatever form, are independent. That there are as
   many is the theorem of Frobenius, which is not proved here. *)
Definition framed (D : nat) (W : list field) (R M : nat) (y : point) : Prop :=
  dim_Lie_at_least D W y R /\ dim_Lie_at_most D W y R /\ smooth_laws_at_most D W y M.

Theorem count_by_frame D ls W x p fs words m gs bs P R N M e : (forall v, In v W -> is_on D v) ->
  Forall2 stands ls W ->
  numbers_check D P R N M e (length words) (D - length words) = true ->
  words_check D ls x p fs words = true ->
  negb (Qeq_bool (fast_eval (point_of x) m) 0) = true ->
  frame_check D W (map (word D (letters D W fs)) words) m gs bs = true ->
  D = P /\ near (rational (point_of x)) (framed D W R M).
Proof.
  intros V S K A Z F. apply (words_check_sound _ _ _ _ _ _ _ S) in A. unfold numbers_check in K.
  rewrite !andb_true_iff, !Nat.eqb_eq in K. destruct K as ((((-> & ->) & _) & K) & _). split; [reflexivity |].
  assert (I : forall v, In v W -> inside D v) by (intros v J; apply inside_is_on, V, J).
  assert (NZ : real (rational (point_of x)) m <> 0%R).
  { rewrite real_rational. intros E.
    assert (Q : eval (point_of x) m == 0) by (apply eqR_Qeq; rewrite E; symmetry; apply Q2R_0).
    rewrite <- fast_eval_same in Q. apply Qeq_bool_iff in Q. rewrite Q in Z. discriminate Z. }
  generalize (near_and _ _ _ (Lie_near D W _ _ (proj1 A) (proj2 A)) (near_nonzero _ _ (tame_real m) NZ)).
  apply near_weaken. rewrite map_length. intros y [L Y]. replace M with (D - length words)%nat by lia.
  repeat split; [exact L | | apply at_most_smooth_laws; assumption].
  rewrite <- (map_length (word D (letters D W fs)) words).
  exact (frame_check_sound D W _ m gs bs y V (words_on D W fs words V) F Y).
Qed.
