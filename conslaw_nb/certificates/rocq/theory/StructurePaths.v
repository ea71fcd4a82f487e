From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lra Lia.
From Conslaw Require Import Polynomials RealValues Independence Models Ranks Laws Flows Lie Smooth.
From Conslaw Require Import StructureRanks StructureProducts StructureRows StructureNetworks Structure.
Import ListNotations.

(* ------------------------------------------------------------------ monomials, and weighted sums of squares *)

(* How often a variable stands in a monomial; and how often those of a list do. *)
Fixpoint times_in (v : positive) (m : monomial) : nat :=
  match m with [] => 0%nat | j :: m' => ((if Pos.eqb v j then 1 else 0) + times_in v m')%nat end.

Fixpoint times_all (l : list positive) (m : monomial) : nat :=
  match l with [] => 0%nat | v :: l' => (times_in v m + times_all l' m)%nat end.

Lemma times_in_app v m t : times_in v (m ++ t) = (times_in v m + times_in v t)%nat.
Proof. induction m as [| j m IH]; simpl; [reflexivity | rewrite IH; lia]. Qed.

Lemma times_all_app l m t : times_all l (m ++ t) = (times_all l m + times_all l t)%nat.
Proof. induction l as [| v l IH]; simpl; [reflexivity | rewrite IH, times_in_app; lia]. Qed.

Lemma times_all_lists l k m : times_all (l ++ k) m = (times_all l m + times_all k m)%nat.
Proof. induction l as [| v l IH]; simpl; [reflexivity | rewrite IH; lia]. Qed.

Lemma times_all_cons l j m : times_all l (j :: m) = (times_all l [j] + times_all l m)%nat.
Proof. exact (times_all_app l [j] m). Qed.

Definition squares (c : Q) (l : list positive) : poly := map (fun v => (c, [v; v])) l.

(* Squares of some variables less those of others. *)
Definition difference (plus_ minus_ : list positive) : poly := squares 1 plus_ ++ squares (-1) minus_.

Lemma real_slope_app x y p r : (real_slope x y (p ++ r) = real_slope x y p + real_slope x y r)%R.
Proof. induction p as [| [c m] p IH]; simpl; [ring | rewrite IH; ring]. Qed.

(* x_v times the derivative of a monomial by x_v counts how often it stands there. *)
Lemma euler x v m : (x v * real_slope_mono x (axis v) m = INR (times_in v m) * real_mono x m)%R.
Proof.
  induction m as [| j m IH]; [simpl; ring |]. cbn [real_slope_mono times_in real_mono]. rewrite plus_INR.
  replace (x v * (axis v j * real_mono x m + x j * real_slope_mono x (axis v) m))%R with
    (x v * axis v j * real_mono x m + x j * (x v * real_slope_mono x (axis v) m))%R by ring.
  rewrite IH. unfold axis. destruct (Pos.eqb_spec v j) as [-> | N]; simpl; ring.
Qed.

Definition below (last : Z) (l : list positive) : bool := forallb (fun v => Z.leb (Zpos v) last) l.

Lemma below_in D l v : below (Z.of_nat D) l = true -> In v l -> (Pos.to_nat v <= D)%nat.
Proof. unfold below. rewrite forallb_forall. intros H I. specialize (H v I). apply Z.leb_le in H. lia. Qed.

Definition monomials (ms : list monomial) : list poly := map (fun m => [(1%Q, m)]) ms.

Lemma field_of_monomial D x v m : (Pos.to_nat v <= D)%nat ->
  (real x (on D (fun i => partial i [(1%Q, m)]) v) = real_slope_mono x (axis v) m)%R.
Proof.
  intros I. unfold on. rewrite memo_same. destruct (Nat.leb_spec (Pos.to_nat v) D); [| lia].
  rewrite real_partial. simpl. rewrite Q2R_1. ring.
Qed.

(* Where each monomial has as many factors among the ones as among the others, the difference is a law. *)
Theorem difference_is_a_law D ms p q : below (Z.of_nat D) p = true -> below (Z.of_nat D) q = true ->
  (forall m, In m ms -> times_all p m = times_all q m) -> law D (gradients D (monomials ms)) (difference p q).
Proof.
  intros P Q H. split.
  - unfold over, difference, squares. apply forallb_forall. intros t T. apply in_app_or in T.
    destruct T as [T | T]; apply in_map_iff in T; destruct T as (v & <- & T); simpl;
      first [rewrite (leb_correct _ _ (below_in D p v P T)) | rewrite (leb_correct _ _ (below_in D q v Q T))];
        reflexivity.
  - intros v V x. unfold gradients, monomials in V. rewrite map_map in V. apply in_map_iff in V.
    destruct V as (m & <- & M). rewrite real_along. set (y := fun j => real x (on D (fun i => partial i [(1%Q, m)]) j)).
    assert (S : forall c l, below (Z.of_nat D) l = true ->
      real_slope x y (squares c l) = (2 * Q2R c * INR (times_all l m) * real_mono x m)%R).
    { intros c l B. induction l as [| w l IH]; [simpl; ring |]. simpl in B. apply andb_prop in B. destruct B as [B B'].
      cbn [squares map real_slope real_slope_mono real_mono times_all]. fold (squares c l). rewrite IH by exact B'.
      rewrite plus_INR. apply Z.leb_le in B.
      assert (E : (x w * y w = INR (times_in w m) * real_mono x m)%R).
      { unfold y. rewrite field_of_monomial by lia. apply euler. }
      replace (Q2R c * (y w * (x w * 1) + x w * (y w * 1 + x w * 0)))%R with (2 * Q2R c * (x w * y w))%R by ring.
      rewrite E. ring. }
    unfold difference. rewrite real_slope_app, !S, Q2R_1 by assumption. rewrite (H m M).
    replace (Q2R (-1)) with (-1)%R by (unfold Q2R; simpl; lra). ring.
Qed.

(* ------------------------------------------------------------------ where all parameters are 1 *)

Definition ones (x : list Q) (D : nat) : Prop := forall v, (Pos.to_nat v <= D)%nat -> rational (point_of x) v = 1%R.

Definition all_ones (x : list Q) (D : nat) : bool := Nat.eqb (length x) D && forallb (fun c => Qeq_bool c 1) x.

Lemma all_ones_sound x D : all_ones x D = true -> ones x D.
Proof.
  intros H v V. apply andb_prop in H. destruct H as [L H]. apply Nat.eqb_eq in L. rewrite forallb_forall in H.
  unfold rational, point_of. rewrite memo_same. rewrite <- Q2R_1. apply Qeq_eqR, Qeq_bool_iff, H, nth_In. lia.
Qed.

Lemma ones_mono x D m : ones x D -> below (Z.of_nat D) m = true -> real_mono (rational (point_of x)) m = 1%R.
Proof.
  intros O B. induction m as [| j m IH]; [reflexivity |]. simpl in B. apply andb_prop in B. destruct B as [B B'].
  apply Z.leb_le in B. simpl. rewrite (O j) by lia. rewrite (IH B'). ring.
Qed.

Definition marks (c : Z) (l : list positive) : row := map (fun v => (v, c)) l.

Lemma coef_marks c l i : coef (marks c l) i = (c * Z.of_nat (times_in i l))%Z.
Proof.
  induction l as [| v l IH]; [simpl; ring |]. cbn [marks map coef times_in]. fold (marks c l). rewrite IH.
  rewrite Pos.eqb_sym. destruct (Pos.eqb i v); lia.
Qed.

Lemma monomial_value x D m i : ones x D -> below (Z.of_nat D) m = true -> (i < D)%nat ->
  value (rational (point_of x)) (on D (fun j => partial j [(1%Q, m)])) i = IZR (coef (marks 1 m) (Pos.of_succ_nat i)).
Proof.
  intros O B I. unfold value. rewrite field_of_monomial by lia.
  pose proof (euler (rational (point_of x)) (Pos.of_succ_nat i) m) as E. rewrite (ones_mono x D m O B) in E.
  rewrite (O (Pos.of_succ_nat i)) in E by lia. rewrite coef_marks, Z.mul_1_l, <- INR_IZR_INZ. lra.
Qed.

Lemma difference_value x D p q i :
  ones x D -> below (Z.of_nat D) p = true -> below (Z.of_nat D) q = true -> (i < D)%nat ->
  gradient (rational (point_of x)) (difference p q) i =
    IZR (coef (marks (-2) q ++ marks 2 p) (Pos.of_succ_nat i)).
Proof.
  intros O P Q I. rewrite gradient_slope. unfold base, difference. rewrite real_slope_app, coef_app, plus_IZR.
  assert (S : forall c z l, Q2R c = IZR z -> below (Z.of_nat D) l = true ->
    real_slope (rational (point_of x)) (axis (Pos.of_succ_nat i)) (squares c l) =
    IZR (coef (marks (2 * z) l) (Pos.of_succ_nat i))).
  { intros c z l C B. rewrite coef_marks. induction l as [| w l IH]; [simpl; rewrite Z.mul_0_r; reflexivity |].
    simpl in B. apply andb_prop in B. destruct B as [B B'].
    cbn [squares map real_slope real_slope_mono real_mono times_in]. fold (squares c l). rewrite IH by exact B'.
    apply Z.leb_le in B. rewrite (O w) by lia. rewrite !mult_IZR, C.
    rewrite Nat2Z.inj_add, plus_IZR. unfold axis. destruct (Pos.eqb (Pos.of_succ_nat i) w); simpl; ring. }
  rewrite (S 1%Q 1%Z p Q2R_1 P), (S (-1)%Q (-1)%Z q); [simpl Z.mul; ring | unfold Q2R; simpl; lra | exact Q].
Qed.

(* ------------------------------------------------------------------ the paths of a network *)

Section Paths.
  Variable sizes : list nat.
  Notation L := (layout_of (fun _ => false) sizes).
  Notation n := (size_at sizes).
  Notation edge k i j := (Pos.of_succ_nat (place L k i j)).
  Notation q := (pred (length sizes)).

  (* From unit i of layer h to unit u of layer e. *)
  Inductive walk : nat -> nat -> nat -> nat -> monomial -> Prop :=
  | Stay h i : walk h i h i []
  | Step h i j e u m : (i < n h)%nat -> (j < n (S h))%nat -> walk (S h) j e u m -> walk h i e u (edge h i j :: m).

  Lemma walk_up h i e u m : walk h i e u m -> (h <= e)%nat.
  Proof. induction 1; lia. Qed.

  Definition part_of (h : nat) (l : list nat) : Prop := forall i, (i < length l)%nat -> nth i l 0%nat = n (h + i).

  Lemma part_tail h m l : part_of h (m :: l) -> part_of (S h) l.
  Proof. intros N i I. specialize (N (S i) ltac:(simpl; lia)). rewrite Nat.add_succ_comm. exact N. Qed.

  Lemma paths_are_walks ends l : forall h i m, (1 <= length l)%nat -> part_of h l -> (i < n h)%nat ->
    In m (nth i (paths (start sizes h) l ends) []) ->
    exists u w t, walk h i (h + length l - 1) u w /\ (u < n (h + length l - 1))%nat /\ In t (nth u ends []) /\
      m = w ++ t.
  Proof.
    induction l as [| a [| b rest] IH]; intros h i m E N I H; [simpl in E; lia | |].
    - exists i, [], m. simpl in *. replace (h + 1 - 1)%nat with h by lia. repeat split; auto. apply Stay.
    - assert (N0 : a = n h) by (specialize (N 0%nat ltac:(simpl; lia)); rewrite Nat.add_0_r in N; exact N).
      assert (N1 : b = n (S h)) by (specialize (N 1%nat ltac:(simpl; lia)); rewrite Nat.add_1_r in N; exact N).
      cbn [paths] in H. cbv zeta in H. rewrite nth_map_seq in H by (rewrite N0; exact I). apply in_concat in H.
      destruct H as (c & C & H). apply in_map_iff in C. destruct C as (j & <- & J). apply in_seq in J.
      apply in_map_iff in H. destruct H as (m' & <- & H).
      replace (start sizes h + a * b)%nat with (start sizes (S h)) in H by (rewrite N0, N1; reflexivity).
      destruct (IH (S h) j m' ltac:(simpl; lia) (part_tail _ _ _ N) ltac:(lia) H) as (u & w & t & W & U & T & ->).
      replace (S h + length (b :: rest) - 1)%nat with (h + length (a :: b :: rest) - 1)%nat in * by (simpl; lia).
      exists u, (edge h i j :: w), t. split; [apply Step; [exact I | lia | exact W] |].
      split; [exact U |]. split; [exact T |]. cbn [app place layout_of]. f_equal. f_equal. rewrite N1. lia.
  Qed.

  Lemma walks_are_paths ends l : forall h i u w t, (1 <= length l)%nat -> part_of h l -> (i < n h)%nat ->
    walk h i (h + length l - 1) u w -> In t (nth u ends []) -> In (w ++ t) (nth i (paths (start sizes h) l ends) []).
  Proof.
    induction l as [| a [| b rest] IH]; intros h i u w t E N I W T; [simpl in E; lia | |].
    - simpl in *. inversion W; subst; [exact T |]. pose proof (walk_up _ _ _ _ _ H1). lia.
    - assert (N0 : a = n h) by (specialize (N 0%nat ltac:(simpl; lia)); rewrite Nat.add_0_r in N; exact N).
      assert (N1 : b = n (S h)) by (specialize (N 1%nat ltac:(simpl; lia)); rewrite Nat.add_1_r in N; exact N).
      assert (C : exists j m, (j < n (S h))%nat /\ walk (S h) j (h + length (a :: b :: rest) - 1) u m /\
        w = edge h i j :: m).
      { remember (h + length (a :: b :: rest) - 1)%nat as e eqn:Ee. destruct W as [h i | h i j e u m X Y Z];
          [simpl in Ee; lia | exists j, m; auto]. }
      destruct C as (j & m & Y & Z & ->). subst a b.
      cbn [paths]. cbv zeta. rewrite nth_map_seq by exact I. apply in_concat.
      exists (map (cons (Pos.of_succ_nat (start sizes h + i * n (S h) + j)))
        (nth j (paths (start sizes h + n h * n (S h)) (n (S h) :: rest) ends) [])). split.
      + apply (in_map (fun j => map (cons (Pos.of_succ_nat (start sizes h + i * n (S h) + j)))
          (nth j (paths (start sizes h + n h * n (S h)) (n (S h) :: rest) ends) []))). apply in_seq. lia.
      + cbn [app place layout_of]. rewrite Nat.add_assoc. apply in_map.
        apply (IH (S h) j u); [simpl; lia | | exact Y | | exact T].
        * exact (part_tail _ _ _ N).
        * replace (S h + length (n (S h) :: rest) - 1)%nat with
            (h + length (n h :: n (S h) :: rest) - 1)%nat by (simpl; lia).
          exact Z.
  Qed.

  (* All weights into unit a of layer l from the input, and all from it to the output. *)
  Definition in_edges (l a : nat) : list positive := map (fun b => edge l a b) (seq 0 (n (S l))).
  Definition out_edges (l a : nat) : list positive := map (fun i => edge (pred l) i a) (seq 0 (n (pred l))).

  Lemma times_none l v : (forall w, In w l -> w <> v) -> times_all l [v] = 0%nat.
  Proof.
    induction l as [| w l IH]; intros H; [reflexivity |]. simpl. rewrite IH by (intros; apply H; right; assumption).
    destruct (Pos.eqb_spec w v) as [E | E]; [exfalso; exact (H w (or_introl eq_refl) E) | reflexivity].
  Qed.

  Lemma times_one (f : nat -> positive) m v j : (j < m)%nat -> (forall b, (b < m)%nat -> f b = v <-> b = j) ->
    times_all (map f (seq 0 m)) [v] = 1%nat.
  Proof.
    intros J H.
    assert (S : forall k, (k <= m)%nat -> times_all (map f (seq 0 k)) [v] = if Nat.ltb j k then 1%nat else 0%nat).
    { induction k as [| k IH]; intros K; [reflexivity |]. rewrite seq_S, map_app, times_all_lists, IH by lia. simpl.
      specialize (H k ltac:(lia)). destruct (Pos.eqb_spec (f k) v) as [E | E], (Nat.ltb_spec j k),
        (Nat.ltb_spec j (S k));
        try lia; try (apply H in E; lia). }
    rewrite (S m (le_n m)). destruct (Nat.ltb_spec j m); [reflexivity | lia].
  Qed.

  Lemma edge_once k i j k' i' j' : valid L k i j -> valid L k' i' j' -> edge k i j = edge k' i' j' ->
    k = k' /\ i = i' /\ j = j'.
  Proof. intros V W E. apply SuccNat2Pos.inj in E. exact (place_once _ _ (layout_proper _ sizes) _ _ _ _ _ _ V W E).
  Qed.

  Lemma times_in_edges l a h i j : (l < q)%nat -> (a < n l)%nat -> valid L h i j ->
    times_all (in_edges l a) [edge h i j] = if Nat.eqb h l && Nat.eqb i a then 1%nat else 0%nat.
  Proof.
    intros K A V. unfold in_edges. destruct (Nat.eqb_spec h l) as [-> | N]; [destruct (Nat.eqb_spec i a) as [-> | N] |].
    - apply (times_one _ _ _ j); [apply V |]. intros b B. split; [| intros ->; reflexivity]. intros E.
      apply edge_once in E; [tauto | split; [exact K | auto] | exact V].
    - apply times_none. intros w W E. apply in_map_iff in W. destruct W as (b & <- & B). apply in_seq in B.
      apply edge_once in E;
        [apply N; symmetry; tauto | split; [exact K | split; [exact A | exact (proj2 B)]] | exact V].
    - apply times_none. intros w W E. apply in_map_iff in W. destruct W as (b & <- & B). apply in_seq in B.
      apply edge_once in E;
        [apply N; symmetry; tauto | split; [exact K | split; [exact A | exact (proj2 B)]] | exact V].
  Qed.

  Lemma times_out_edges l a h i j : (l < q)%nat -> (a < n (S l))%nat -> valid L h i j ->
    times_all (out_edges (S l) a) [edge h i j] = if Nat.eqb (S h) (S l) && Nat.eqb j a then 1%nat else 0%nat.
  Proof.
    intros K A V. unfold out_edges. cbn [pred Nat.eqb].
    destruct (Nat.eqb_spec h l) as [-> | N]; [destruct (Nat.eqb_spec j a) as [-> | N] |].
    - apply (times_one _ _ _ i); [apply V |]. intros b B. split; [| intros ->; reflexivity]. intros E.
      apply edge_once in E; [tauto | split; [exact K | auto] | exact V].
    - apply times_none. intros w W E. apply in_map_iff in W. destruct W as (b & <- & B). apply in_seq in B.
      apply edge_once in E;
        [apply N; symmetry; tauto | split; [exact K | split; [exact (proj2 B) | exact A]] | exact V].
    - apply times_none. intros w W E. apply in_map_iff in W. destruct W as (b & <- & B). apply in_seq in B.
      apply edge_once in E;
        [apply N; symmetry; tauto | split; [exact K | split; [exact (proj2 B) | exact A]] | exact V].
  Qed.

  Definition when (b : bool) : nat := if b then 1%nat else 0%nat.

  (* A path that comes to a neuron leaves it, unless it begins or ends there. *)
  Lemma in_and_out l a : (S l < q)%nat -> (a < n (S l))%nat -> forall h i e u w, walk h i e u w -> (e <= q)%nat ->
    (times_all (out_edges (S l) a) w + when (Nat.eqb h (S l) && Nat.eqb i a) =
     times_all (in_edges (S l) a) w + when (Nat.eqb e (S l) && Nat.eqb u a))%nat.
  Proof.
    intros K A h i e u w W. induction W as [h i | h i j e u m I J W IH]; intros E.
    { assert (Z : forall k, times_all k [] = 0%nat) by (induction k; simpl; congruence). rewrite !Z. reflexivity. }
    pose proof (walk_up _ _ _ _ _ W) as G. specialize (IH E).
    assert (V : valid L h i j) by (split; [simpl; lia | auto]).
    rewrite !(times_all_cons _ (edge h i j) m), times_in_edges, times_out_edges by (first [exact V | exact A | lia]).
    unfold when in *. lia.
  Qed.

  Lemma walk_edges h i e u w : walk h i e u w -> (e <= q)%nat -> forall v, In v w ->
    exists k r s, valid L k r s /\ v = edge k r s.
  Proof.
    induction 1 as [h i | h i j e u m I J W IH]; intros E v H; [destruct H |].
    destruct H as [<- | H]; [| exact (IH E v H)].
    pose proof (walk_up _ _ _ _ _ W). exists h, i, j. split; [split; [simpl; lia | auto] | reflexivity].
  Qed.

  (* ---------------------------------------------------------------- biases *)

  (* The biases of layer l, 0 < l < q, begin after all weights and those of layers before it. *)
  Fixpoint bias_start (l : nat) : nat :=
    match l with O => total_size sizes | S k => (bias_start k + match k with O => 0 | _ => n k end)%nat end.

  Definition bias (l a : nat) : positive := Pos.of_succ_nat (bias_start l + a).

  Lemma bias_start_grows h k : (h <= k)%nat -> (bias_start h <= bias_start k)%nat.
  Proof. induction 1; [reflexivity |]. simpl. lia. Qed.

  Lemma bias_is_no_edge l a k r s : valid L k r s -> bias l a <> edge k r s.
  Proof.
    intros V E. apply SuccNat2Pos.inj in E. pose proof (place_bound _ _ (layout_proper (fun _ => false) sizes) _ _ _ V).
    pose proof (bias_start_grows 0 l ltac:(lia)). simpl in H0. lia.
  Qed.

  Lemma bias_once l a k b : (0 < l)%nat -> (0 < k)%nat -> (a < n l)%nat -> (b < n k)%nat ->
    bias l a = bias k b -> l = k /\ a = b.
  Proof.
    intros L0 K0 A B E. apply SuccNat2Pos.inj in E. destruct (Nat.lt_trichotomy l k) as [H | [-> | H]].
    - pose proof (bias_start_grows (S l) k H) as G. cbn [bias_start] in G. destruct l; lia.
    - split; [reflexivity | lia].
    - pose proof (bias_start_grows (S k) l H) as G. cbn [bias_start] in G. destruct k; lia.
  Qed.

  (* All monomials: whole paths, and those from biases on. *)
  Definition whole_paths : list monomial := concat (paths 0 sizes (repeat [[]] (last sizes 0%nat))).

  Definition from_biases : list monomial := bias_paths (weights sizes) (length sizes - 2) 1 sizes.

  Lemma in_bias_paths count : forall first m, (0 < first)%nat ->
    In m (bias_paths (bias_start first) count first sizes) <->
    exists l, (first <= l < first + count)%nat /\
      In m (concat (paths 0 (firstn (S l) sizes) (map (fun j => [[bias l j]]) (seq 0 (n l))))).
  Proof.
    induction count as [| c IH]; intros first m F; cbn [bias_paths].
    - split; [intros [] | intros (l & H & _); lia].
    - cbv zeta. fold (n first). rewrite in_app_iff.
      replace (bias_start first + n first)%nat with (bias_start (S first)) by (cbn [bias_start]; destruct first; lia).
      rewrite IH by lia. split.
      + intros [H | (l & R & H)]; [exists first; split; [lia | exact H] | exists l; split; [lia | exact H]].
      + intros (l & R & H). destruct (Nat.eq_dec l first) as [-> | N]; [left; exact H | right]. exists l.
        split; [lia | exact H].
  Qed.

  Lemma paths_length ends l : forall k, (2 <= length l)%nat -> length (paths k l ends) = nth 0 l 0%nat.
  Proof. intros k E. destruct l as [| a [| b rest]]; simpl in E; try lia. cbn [paths]. rewrite map_length, seq_length.
  reflexivity. Qed.

  Lemma nth_firstn_ k i (l : list nat) : (i < k)%nat -> nth i (firstn k l) 0%nat = nth i l 0%nat.
  Proof.
    revert i l. induction k as [| k IH]; intros i l I; [lia |]. destruct l as [| a l]; [reflexivity |].
    destruct i as [| i]; [reflexivity |]. simpl. apply IH. lia.
  Qed.

  Lemma in_ends k : forall u (t : monomial), In t (nth u (repeat [[]] k) []) -> t = [].
  Proof.
    induction k as [| k IH]; intros [| u] t H; simpl in H; try contradiction; [| exact (IH u t H)].
    destruct H as [<- | []]. reflexivity.
  Qed.

  Lemma ends_in k : forall u, (u < k)%nat -> In ([] : monomial) (nth u (repeat [[]] k) []).
  Proof. induction k as [| k IH]; intros [| u] U; simpl; [lia | lia | left; reflexivity | apply IH; lia]. Qed.

  (* What the monomials of a network are. *)
  Definition whole_path (m : monomial) : Prop := exists i u, (i < n 0)%nat /\ (u < n q)%nat /\ walk 0 i q u m.

  Definition bias_path (m : monomial) : Prop := exists l i u w,
    (0 < l < q)%nat /\ (i < n 0)%nat /\ (u < n l)%nat /\ walk 0 i l u w /\ m = w ++ [bias l u].

  Lemma in_whole_paths m : (2 <= length sizes)%nat -> In m whole_paths <-> whole_path m.
  Proof.
    intros E. assert (N : part_of 0 sizes) by (intros i _; reflexivity).
    assert (Q : (0 + length sizes - 1)%nat = q) by lia.
    assert (LA : last sizes 0%nat = n q).
    { destruct sizes as [| a s]; [reflexivity |]. rewrite last_nth. unfold size_at. destruct s; reflexivity. }
    unfold whole_paths. rewrite in_concat. split.
    - intros (c & C & H). destruct (In_nth _ _ [] C) as (i & I & <-). rewrite paths_length in I by exact E.
      destruct (paths_are_walks _ sizes 0 i m ltac:(lia) N I H) as (u & w & t & W & U & T & ->). rewrite Q in *.
      apply in_ends in T.
      subst t. rewrite app_nil_r. exists i, u. auto.
    - intros (i & u & I & U & W). exists (nth i (paths 0 sizes (repeat [[]] (last sizes 0%nat))) []). split.
      + apply nth_In. rewrite paths_length by exact E. exact I.
      + rewrite <- (app_nil_r m). apply (walks_are_paths _ sizes 0 i u m []); try lia; [exact N | rewrite Q; exact W |].
        apply ends_in. rewrite LA. exact U.
  Qed.

  Lemma in_from_biases m : (2 <= length sizes)%nat -> In m from_biases <-> bias_path m.
  Proof.
    intros E. unfold from_biases. rewrite weights_total.
    replace (total_size sizes) with (bias_start 1) by (simpl; lia). rewrite in_bias_paths by lia.
    assert (P : forall l, (0 < l < q)%nat -> part_of 0 (firstn (S l) sizes) /\ (2 <= length (firstn (S l) sizes))%nat /\
      (0 + length (firstn (S l) sizes) - 1)%nat = l).
    { intros l H. rewrite firstn_length, Nat.min_l by lia. split; [| lia]. intros i I.
      rewrite firstn_length, Nat.min_l in I by lia. rewrite nth_firstn_ by exact I. reflexivity. }
    split.
    - intros (l & R & H). assert (R' : (0 < l < q)%nat) by lia. destruct (P l R') as (N & E' & Q).
      apply in_concat in H. destruct H as (c & C & H). destruct (In_nth _ _ [] C) as (i & I & <-).
      rewrite paths_length in I by exact E'. rewrite nth_firstn_ in I by lia.
      destruct (paths_are_walks _ (firstn (S l) sizes) 0 i m ltac:(lia) N I H) as (u & w & t & W & U & T & ->).
      rewrite Q in *.
      rewrite nth_map_seq in T by exact U. destruct T as [<- | []]. exists l, i, u, w. auto.
    - intros (l & i & u & w & R & I & U & W & ->). destruct (P l R) as (N & E' & Q). exists l. split; [lia |].
      apply in_concat. exists (nth i (paths 0 (firstn (S l) sizes) (map (fun j => [[bias l j]]) (seq 0 (n l)))) []).
      split.
      + apply nth_In. rewrite paths_length by exact E'. rewrite nth_firstn_ by lia. exact I.
      + apply (walks_are_paths _ (firstn (S l) sizes) 0 i u w [bias l u]); try lia; [exact N | rewrite Q; exact W |].
        rewrite nth_map_seq by exact U. left. reflexivity.
  Qed.

  (* The factors of a neuron's two sides, in whole paths and in those from biases on. *)
  Definition in_side (with_bias : bool) (l a : nat) : list positive :=
    in_edges l a ++ if with_bias then [bias l a] else [].

  Lemma sides_meet with_bias l a m : (S l < q)%nat -> (a < n (S l))%nat ->
    whole_path m \/ with_bias = true /\ bias_path m ->
    times_all (out_edges (S l) a) m = times_all (in_side with_bias (S l) a) m.
  Proof.
    intros K A H.
    assert (Z : forall h i e u w, walk h i e u w -> (e <= q)%nat -> forall k, times_in (bias (S l) k) w = 0%nat).
    { intros h i e u w W Hq k. assert (G : forall v, In v w -> v <> bias (S l) k).
      { intros v J Ev. destruct (walk_edges _ _ _ _ _ W Hq v J) as (r & s & t & V & Et).
        apply (bias_is_no_edge (S l) k r s t V). congruence. }
      clear - G. induction w as [| v w IH]; [reflexivity |]. simpl.
      destruct (Pos.eqb_spec (bias (S l) k) v) as [e | e]; [exfalso; exact (G v (or_introl eq_refl) (eq_sym e)) |].
      apply IH. intros x J. apply G. right. exact J. }
    destruct H as [(i & u & I & U & W) | (Bt & k & i & u & w & R & I & U & W & ->)].
    - pose proof (in_and_out l a K A _ _ _ _ _ W (le_n q)) as E. unfold in_side. rewrite times_all_lists.
      assert (B0 : times_all (if with_bias then [bias (S l) a] else []) m = 0%nat).
      { destruct with_bias; [| reflexivity]. simpl. rewrite (Z _ _ _ _ _ W (le_n q)). reflexivity. }
      rewrite B0. destruct (Nat.eqb_spec 0 (S l)), (Nat.eqb_spec q (S l)); try lia. simpl in E. lia.
    - assert (Q : (k <= q)%nat) by lia. pose proof (in_and_out l a K A _ _ _ _ _ W Q) as E. subst with_bias.
      unfold in_side. rewrite !times_all_app, !times_all_lists.
      assert (B1 : times_all [bias (S l) a] w = 0%nat) by (simpl; rewrite (Z _ _ _ _ _ W Q); reflexivity).
      assert (B2 : times_all (in_edges (S l) a) [bias k u] = 0%nat).
      { apply times_none. intros v V Ev. apply in_map_iff in V. destruct V as (b & <- & Vb). apply in_seq in Vb.
        apply (bias_is_no_edge k u (S l) a b); [split; [exact K | split; [exact A | exact (proj2 Vb)]] | symmetry;
          exact Ev]. }
      assert (B3 : times_all (out_edges (S l) a) [bias k u] = 0%nat).
      { apply times_none. intros v V Ev. apply in_map_iff in V. destruct V as (b & <- & Vb). apply in_seq in Vb.
        cbn [pred] in *.
        apply (bias_is_no_edge k u l b a); [split; [simpl; lia | split; [exact (proj2 Vb) | exact A]] | symmetry;
          exact Ev]. }
      assert (B4 : times_all [bias (S l) a] [bias k u] = when (Nat.eqb k (S l) && Nat.eqb u a)).
      { simpl. destruct (Pos.eqb_spec (bias (S l) a) (bias k u)) as [e | e].
        - apply bias_once in e; try lia. destruct e as [<- <-]. rewrite !Nat.eqb_refl. reflexivity.
        - destruct (Nat.eqb_spec k (S l)) as [-> | ]; [| reflexivity].
          destruct (Nat.eqb_spec u a) as [-> | ]; [congruence | reflexivity]. }
      rewrite B1, B2, B3, B4. destruct (Nat.eqb_spec 0 (S l)); [lia |]. unfold when in *. simpl in E. lia.
  Qed.
End Paths.
