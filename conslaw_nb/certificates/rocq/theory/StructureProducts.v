From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lra Lia FunctionalExtensionality.
From Conslaw Require Import Polynomials RealValues Independence Models Laws Flows Lie Smooth.
Import ListNotations.
Local Open Scope R_scope.

(* ------------------------------------------------------------------ a product of matrices *)

(* U_0 U_1 ... U_(depth - 1), where U_k has width k rows and width (k + 1) columns, and its entry (r, s) is the variable
   with the number place k r s, from 0. *)
Record layout := Layout { depth : nat; width : nat -> nat; place : nat -> nat -> nat -> nat }.

Definition valid (L : layout) (k r s : nat) : Prop := (k < depth L /\ r < width L k /\ s < width L (S k))%nat.

(* The variables are these entries, each once. *)
Record proper (L : layout) (D : nat) : Prop := {
  place_once : forall k r s k' r' s', valid L k r s -> valid L k' r' s' -> place L k r s = place L k' r' s' ->
    k = k' /\ r = r' /\ s = s';
  place_bound : forall k r s, valid L k r s -> (place L k r s < D)%nat;
  place_all : forall i, (i < D)%nat -> exists k r s, valid L k r s /\ place L k r s = i }.

(* The number that F approaches per step from x in the direction y. *)
Definition slope_of (F : point -> R) (x y : point) (l : R) : Prop :=
  derivable_pt_lim (fun s => F (moved x s y)) 0 l.

Lemma slope_of_poly (F : point -> R) p x y l : (forall z, real z p = F z) -> slope_of F x y l -> real_slope x y p = l.
Proof.
  intros E H. apply (uniqueness_limite (fun s => F (moved x s y)) 0); [| exact H].
  replace (fun s => F (moved x s y)) with (fun s => real (moved x s y) p); [apply along_a_line |].
  apply functional_extensionality. intros s. apply E.
Qed.

Lemma slope_of_coordinate v x y : slope_of (fun z => z v) x y (y v).
Proof.
  assert (H : derivable_pt_lim (fun s => x v + s * y v) 0 (0 + (1 * y v + 0 * 0))).
  { apply (derivable_pt_lim_plus (fun _ => x v) (fun s => s * y v)); [apply derivable_pt_lim_const |].
    apply (derivable_pt_lim_mult (fun s => s) (fun _ => y v)); [apply derivable_pt_lim_id |].
    apply derivable_pt_lim_const. }
  replace (0 + (1 * y v + 0 * 0)) with (y v) in H by ring. exact H.
Qed.

Lemma slope_of_times F G x y l m : slope_of F x y l -> slope_of G x y m ->
  slope_of (fun z => F z * G z) x y (l * G x + F x * m).
Proof.
  intros H K. unfold slope_of in *. replace (G x) with (G (moved x 0 y)) by (rewrite moved_0; reflexivity).
  replace (F x) with (F (moved x 0 y)) by (rewrite moved_0; reflexivity).
  exact (derivable_pt_lim_mult (fun s => F (moved x s y)) (fun s => G (moved x s y)) 0 l m H K).
Qed.

Lemma slope_of_dot n (F G : point -> vector) x y (l m : vector) :
  (forall i, (i < n)%nat -> slope_of (fun z => F z i) x y (l i)) ->
  (forall i, (i < n)%nat -> slope_of (fun z => G z i) x y (m i)) ->
  slope_of (fun z => dot n (F z) (G z)) x y (dot n l (G x) + dot n (F x) m).
Proof.
  intros H K. unfold slope_of in *.
  replace (dot n l (G x) + dot n (F x) m) with (dot n l (G (moved x 0 y)) + dot n (F (moved x 0 y)) m) by
    (rewrite moved_0; reflexivity).
  exact (derivable_dot n (fun s => F (moved x s y)) (fun s => G (moved x s y)) l m H K).
Qed.

Lemma dot_right_plus n u v w : dot n (fun i => u i + v i) w = dot n u w + dot n v w.
Proof. induction n as [| n IH]; cbn [dot]; [ring | rewrite IH; ring]. Qed.

Lemma dot_right_scale n u a v : dot n (fun i => u i * a) v = dot n u v * a.
Proof. induction n as [| n IH]; cbn [dot]; [ring | rewrite IH; ring]. Qed.

Lemma dot_zero_right n u : dot n u (fun _ => 0) = 0.
Proof. rewrite dot_commutes. apply dot_zero_left. Qed.

Lemma dot_swap n m a (M : nat -> nat -> R) b :
  dot n a (fun r => dot m (M r) b) = dot m (fun s => dot n a (fun r => M r s)) b.
Proof.
  induction n as [| n IH]; cbn [dot]; [symmetry; apply dot_zero_left |]. rewrite IH, dot_right_plus. f_equal.
  clear. induction m as [| m IH]; cbn [dot]; [ring | rewrite <- IH; ring].
Qed.

Lemma dot_unit n u i : (i < n)%nat -> dot n (basis i) u = u i.
Proof. intros I. rewrite dot_commutes. apply dot_basis, I. Qed.

Section Product.
  Variables (L : layout) (D : nat).
  Hypothesis P : proper L D.
  Notation q := (depth L).
  Notation n := (width L).
  Notation var k r s := (Pos.of_succ_nat (place L k r s)).

  Definition U (x : point) (k r s : nat) : R := x (var k r s).

  (* Row i of U_0 ... U_(k-1), and column j of U_k ... U_(q-1). *)
  Fixpoint lead (x : point) (i k : nat) : vector :=
    match k with O => basis i | S h => fun s => dot (n h) (lead x i h) (fun r => U x h r s) end.

  Fixpoint trail_last (x : point) (j t : nat) : vector :=
    match t with O => basis j | S h => fun r => dot (n (q - h)) (U x (q - S h) r) (trail_last x j h) end.
  Definition trail (x : point) (j k : nat) : vector := trail_last x j (q - k).

  (* Their slopes in the direction y. *)
  Fixpoint d_lead (x y : point) (i k : nat) : vector :=
    match k with
    | O => fun _ => 0
    | S h => fun s => dot (n h) (d_lead x y i h) (fun r => U x h r s) + dot (n h) (lead x i h) (fun r => U y h r s)
    end.

  Fixpoint d_trail_last (x y : point) (j t : nat) : vector :=
    match t with
    | O => fun _ => 0
    | S h => fun r => dot (n (q - h)) (U y (q - S h) r) (trail_last x j h) +
      dot (n (q - h)) (U x (q - S h) r) (d_trail_last x y j h)
    end.
  Definition d_trail (x y : point) (j k : nat) : vector := d_trail_last x y j (q - k).

  Lemma lead_slope x y i k : forall s, slope_of (fun z => lead z i k s) x y (d_lead x y i k s).
  Proof.
    induction k as [| k IH]; intros s; [apply derivable_pt_lim_const |]. cbn [lead d_lead].
    apply (slope_of_dot (n k) (fun z => lead z i k) (fun z r => U z k r s)); intros r _; [apply IH |].
    apply slope_of_coordinate.
  Qed.

  Lemma trail_slope_last x y j t : forall r, slope_of (fun z => trail_last z j t r) x y (d_trail_last x y j t r).
  Proof.
    induction t as [| t IH]; intros r; [apply derivable_pt_lim_const |]. cbn [trail_last d_trail_last].
    apply (slope_of_dot (n (q - t)) (fun z s => U z (q - S t) r s) (fun z => trail_last z j t)); intros s _;
      [| apply IH].
    apply slope_of_coordinate.
  Qed.

  Lemma trail_slope x y j k r : slope_of (fun z => trail z j k r) x y (d_trail x y j k r).
  Proof. apply trail_slope_last. Qed.

  (* The slope of an entry of the product: matrix by matrix. *)
  Fixpoint by_matrix (x y : point) (i j t : nat) : R :=
    match t with
    | O => 0
    | S h =>
        dot (n (q - S h)) (lead x i (q - S h)) (fun r => dot (n (q - h)) (U y (q - S h) r) (trail_last x j h)) +
        by_matrix x y i j h
    end.

  Lemma slope_by_matrix x y i j t : (t <= q)%nat ->
    dot (n (q - t)) (lead x i (q - t)) (d_trail_last x y j t) = by_matrix x y i j t.
  Proof.
    induction t as [| t IH]; intros T; [apply dot_zero_right |]. cbn [d_trail_last by_matrix].
    rewrite dot_plus, <- IH by lia.
    f_equal. rewrite dot_swap. replace (q - t)%nat with (S (q - S t)) at 3 by lia. reflexivity.
  Qed.

  Lemma axis_entry k r s l r' s' : valid L k r s -> valid L l r' s' ->
    U (axis (var k r s)) l r' s' = if Nat.eqb k l then basis r r' * basis s s' else 0.
  Proof.
    intros V W. unfold U, axis, basis. destruct (Pos.eqb_spec (var k r s) (var l r' s')) as [E | N].
    - apply SuccNat2Pos.inj in E. destruct (place_once _ _ P _ _ _ _ _ _ V W E) as (-> & -> & ->).
      rewrite !Nat.eqb_refl. ring.
    - destruct (Nat.eqb_spec k l), (Nat.eqb_spec r r'), (Nat.eqb_spec s s'); subst; try ring. contradiction.
  Qed.

  Lemma by_matrix_axis x i j k r s t : valid L k r s -> (t <= q)%nat ->
    by_matrix x (axis (var k r s)) i j t = if Nat.leb (q - t) k then lead x i k r * trail x j (S k) s else 0.
  Proof.
    intros V. induction t as [| t IH]; intros T; cbn [by_matrix].
    { destruct (Nat.leb_spec (q - 0) k); [destruct V; lia | reflexivity]. }
    rewrite IH by lia. set (l := (q - S t)%nat). replace (q - t)%nat with (S l) by lia.
    assert (E : dot (n l) (lead x i l) (fun r' => dot (n (S l)) (U (axis (var k r s)) l r') (trail_last x j t)) =
      if Nat.eqb k l then lead x i k r * trail x j (S k) s else 0).
    { rewrite (dot_same (n l) _ (lead x i l) _ (fun r' => if Nat.eqb k l then basis r r' * trail_last x j t s else
        0)); auto.
      - destruct (Nat.eqb_spec k l) as [-> | N]; [| apply dot_zero_right].
        rewrite dot_commutes, dot_right_scale, dot_unit by apply V. unfold trail.
        replace (q - S l)%nat with t by lia. reflexivity.
      - intros r' R'. rewrite (dot_same (n (S l)) _ (fun s' => if Nat.eqb k l then basis s s' * basis r r' else 0) _
          (trail_last x j t)); auto.
        + destruct (Nat.eqb_spec k l) as [-> | N]; [| apply dot_zero_left].
          rewrite dot_right_scale, dot_unit by apply V. ring.
        + intros s' S'. rewrite axis_entry by first [exact V | split; [unfold l; lia | auto]].
          destruct (Nat.eqb k l); ring. }
    rewrite E. destruct (Nat.eqb_spec k l), (Nat.leb_spec l k), (Nat.leb_spec (S l) k); try lia; ring.
  Qed.

  Variable phi : nat -> nat -> poly.
  Hypothesis phi_is : forall i j x, (i < n 0)%nat -> (j < n q)%nat -> real x (phi i j) = trail x j 0 i.

  (* The gradient of entry (i, j), a field. *)
  Definition entry (i j : nat) : field := on D (fun v => partial v (phi i j)).
  Definition entry_at (x : point) (i j : nat) : point := fun v => real x (entry i j v).

  Lemma entry_value x i j k r s : (i < n 0)%nat -> (j < n q)%nat -> valid L k r s ->
    real x (entry i j (var k r s)) = lead x i k r * trail x j (S k) s.
  Proof.
    intros I J V. unfold entry, on. rewrite memo_same. pose proof (place_bound _ _ P _ _ _ V).
    destruct (Nat.leb_spec (Pos.to_nat (var k r s)) D); [| lia].
    rewrite real_partial, (slope_of_poly _ _ x _ _ (fun z => phi_is i j z I J) (trail_slope x _ j 0 i)).
    unfold d_trail. rewrite Nat.sub_0_r. pose proof (slope_by_matrix x (axis (var k r s)) i j q (le_n q)) as M.
    rewrite Nat.sub_diag in M. cbn [lead] in M. rewrite dot_unit in M by exact I. rewrite M, by_matrix_axis by auto.
    rewrite Nat.sub_diag. reflexivity.
  Qed.

  Lemma U_entry x i j k r s : (i < n 0)%nat -> (j < n q)%nat -> valid L k r s ->
    U (entry_at x i j) k r s = lead x i k r * trail x j (S k) s.
  Proof. intros. apply entry_value; assumption. Qed.

  Lemma entry_slope x y i j k r s : (i < n 0)%nat -> (j < n q)%nat -> valid L k r s ->
    real_slope x y (entry i j (var k r s)) = d_lead x y i k r * trail x j (S k) s +
      lead x i k r * d_trail x y j (S k) s.
  Proof.
    intros I J V. apply (slope_of_poly (fun z => lead z i k r * trail z j (S k) s)).
    - intros z. apply entry_value; assumption.
    - apply slope_of_times; [apply lead_slope | apply trail_slope].
  Qed.

  (* The same slopes along E i' j': matrices of rank one. *)
  Fixpoint lead_along (x : point) (i i' j' k : nat) : vector :=
    match k with
    | O => fun _ => 0
    | S h => fun s => dot (n h) (lead_along x i i' j' h) (fun r => U x h r s) +
      dot (n h) (lead x i h) (lead x i' h) * trail x j' (S h) s
    end.

  Fixpoint trail_along_last (x : point) (j i' j' t : nat) : vector :=
    match t with
    | O => fun _ => 0
    | S h => fun r => lead x i' (q - S h) r * dot (n (q - h)) (trail_last x j' h) (trail_last x j h) +
                      dot (n (q - h)) (U x (q - S h) r) (trail_along_last x j i' j' h)
    end.
  Definition trail_along (x : point) (j i' j' k : nat) : vector := trail_along_last x j i' j' (q - k).

  Lemma lead_along_entry x i i' j' k s : (i' < n 0)%nat -> (j' < n q)%nat -> (k <= q)%nat -> (s < n k)%nat ->
    d_lead x (entry_at x i' j') i k s = lead_along x i i' j' k s.
  Proof.
    intros I J. revert s. induction k as [| k IH]; intros s K S'; [reflexivity |]. cbn [d_lead lead_along]. f_equal.
    - apply dot_same; [intros r R'; apply IH; [lia | exact R'] | reflexivity].
    - rewrite (dot_same (n k) _ (lead x i k) _ (fun r => trail x j' (S k) s * lead x i' k r)); auto.
      + rewrite dot_scale. ring.
      + intros r R'. rewrite U_entry by first [assumption | split; [lia | auto]]. ring.
  Qed.

  Lemma trail_along_entry x j i' j' t r : (i' < n 0)%nat -> (j' < n q)%nat -> (t <= q)%nat -> (r < n (q - t))%nat ->
    d_trail_last x (entry_at x i' j') j t r = trail_along_last x j i' j' t r.
  Proof.
    intros I J. revert r. induction t as [| t IH]; intros r T R'; [reflexivity |]. cbn [d_trail_last trail_along_last].
    f_equal.
    - rewrite (dot_same _ _ (fun s => trail_last x j' t s * lead x i' (q - S t) r) _ (trail_last x j t)); auto.
      + rewrite dot_right_scale. ring.
      + intros s S'. replace (q - t)%nat with (S (q - S t)) in S' by lia.
        rewrite U_entry by first [assumption | split; [lia | auto]]. unfold trail.
        replace (q - S (q - S t))%nat with t by lia. ring.
    - apply dot_same; [reflexivity |]. intros s S'. apply IH; [lia | exact S'].
  Qed.

  (* A bracket of two of them. *)
  Theorem bracket_value x i j i' j' k r s :
    (i < n 0)%nat -> (j < n q)%nat -> (i' < n 0)%nat -> (j' < n q)%nat -> valid L k r s ->
    real x (bracket (entry i j) (entry i' j') (var k r s)) =
      lead_along x i i' j' k r * trail x j (S k) s + lead x i k r * trail_along x j i' j' (S k) s -
      (lead_along x i' i j k r * trail x j' (S k) s + lead x i' k r * trail_along x j' i j (S k) s).
  Proof.
    intros I J I' J' V. rewrite real_bracket. fold (entry_at x i' j') (entry_at x i j).
    rewrite !entry_slope by assumption. unfold d_trail, trail_along. destruct V as (K & R' & S').
    rewrite !lead_along_entry, !trail_along_entry by (auto; try lia; replace (q - (q - S k))%nat with (S k) by lia;
      exact S').
    reflexivity.
  Qed.

  (* ---------------------------------------------------------------- balances *)

  (* Entry (a, b) of U_k^T U_k - U_(k+1) U_(k+1)^T. *)
  Definition balance (k a b : nat) : poly :=
    map (fun i => (1%Q, [var k i a; var k i b])) (seq 0 (n k)) ++
    map (fun j => ((-1)%Q, [var (S k) a j; var (S k) b j])) (seq 0 (n (S (S k)))).

  Lemma slope_of_pairs c (f g : nat -> positive) m x y :
    real_slope x y (map (fun i => (c, [f i; g i])) (seq 0 m)) =
      Q2R c * (dot m (fun i => y (f i)) (fun i => x (g i)) + dot m (fun i => x (f i)) (fun i => y (g i))).
  Proof.
    assert (A : forall p r, real_slope x y (p ++ r) = real_slope x y p + real_slope x y r).
    { intros p r. induction p as [| [d w] p IH]; simpl; [ring | rewrite IH; ring]. }
    induction m as [| m IH]; [simpl; ring |]. rewrite seq_S, map_app, A, IH. simpl. ring.
  Qed.

  Lemma balance_slope x y k a b : real_slope x y (balance k a b) =
    dot (n k) (fun i => U y k i a) (fun i => U x k i b) + dot (n k) (fun i => U x k i a) (fun i => U y k i b) -
    (dot (n (S (S k))) (U y (S k) a) (U x (S k) b) + dot (n (S (S k))) (U x (S k) a) (U y (S k) b)).
  Proof.
    unfold balance. assert (A : forall p r, real_slope x y (p ++ r) = real_slope x y p + real_slope x y r).
    { intros p r. induction p as [| [d w] p IH]; simpl; [ring | rewrite IH; ring]. }
    rewrite A, !slope_of_pairs, Q2R_1. replace (Q2R (-1)) with (-1) by (unfold Q2R; simpl; lra). unfold U. ring.
  Qed.

  Lemma trail_step x j k r : (k < q)%nat -> trail x j k r = dot (n (S k)) (U x k r) (trail x j (S k)).
  Proof.
    intros K. unfold trail. replace (q - k)%nat with (S (q - S k)) by lia. cbn [trail_last].
    replace (q - (q - S k))%nat with (S k) by lia. replace (q - S (q - S k))%nat with k by lia. reflexivity.
  Qed.

  (* It telescopes: all entries of all balances are laws. *)
  Theorem balance_is_a_law W k a b : (S k < q)%nat -> (a < n (S k))%nat -> (b < n (S k))%nat ->
    (forall v, In v W -> exists i j, (i < n 0)%nat /\ (j < n q)%nat /\ v = entry i j) -> law D W (balance k a b).
  Proof.
    intros K A B H. split.
    - unfold over, balance. apply forallb_forall. intros t T. apply in_app_or in T.
      assert (O : forall l r s, valid L l r s -> Nat.leb (Pos.to_nat (var l r s)) D = true).
      { intros l r s V. apply Nat.leb_le. pose proof (place_bound _ _ P _ _ _ V). lia. }
      destruct T as [T | T]; apply in_map_iff in T; destruct T as (c & <- & T); apply in_seq in T; simpl;
        rewrite !O by (split; [lia | split; [lia |]; first [exact A | exact B | lia]]); reflexivity.
    - intros v V x. destruct (H v V) as (i & j & I & J & ->). rewrite real_along. fold (entry_at x i j).
      rewrite balance_slope.
      assert (M : forall c, (c < n (S k))%nat -> forall c',
        dot (n k) (fun r => U (entry_at x i j) k r c) (fun r => U x k r c') =
        lead x i (S k) c' * trail x j (S k) c).
      { intros c C c'. rewrite (dot_same _ _ (fun r => lead x i k r * trail x j (S k) c) _ (fun r => U x k r c')); auto.
        - rewrite dot_right_scale. reflexivity.
        - intros r R'. apply U_entry; auto. split; [lia | auto]. }
      assert (N : forall c, (c < n (S k))%nat -> forall c',
        dot (n (S (S k))) (U (entry_at x i j) (S k) c) (U x (S k) c') =
        lead x i (S k) c * trail x j (S k) c').
      { intros c C c'. rewrite (dot_same _ _ (fun s => trail x j (S (S k)) s * lead x i (S k) c) _ (U x (S k) c'));
          auto.
        - rewrite dot_right_scale, dot_commutes, <- trail_step by lia. ring.
        - intros s S'. rewrite U_entry by first [assumption | split; [lia | auto]]. ring. }
      rewrite M, (dot_commutes (n k)), M, N, (dot_commutes (n (S (S k)))), N by assumption. ring.
  Qed.

  Theorem balance_gradient x k a b l r s : (S k < q)%nat -> (a < n (S k))%nat -> (b < n (S k))%nat -> valid L l r s ->
    real x (partial (var l r s) (balance k a b)) =
      (if Nat.eqb l k then basis a s * U x k r b + U x k r a * basis b s else 0) -
      (if Nat.eqb l (S k) then basis a r * U x (S k) b s + U x (S k) a s * basis b r else 0).
  Proof.
    intros K A B V. rewrite real_partial, balance_slope.
    assert (M : forall h c m, (forall i, (i < m)%nat -> valid L h i c) -> forall w,
      dot m (fun i => U (axis (var l r s)) h i c) w = if Nat.eqb l h then (if Nat.ltb r m then w r else 0) * basis s c
        else 0).
    { intros h c m F w. rewrite (dot_same m _ (fun i => if Nat.eqb l h then basis r i * basis s c else 0) _ w); auto.
      - destruct (Nat.eqb l h); [| apply dot_zero_left]. rewrite dot_right_scale. f_equal.
        destruct (Nat.ltb_spec r m) as [I | I]; [apply dot_unit, I |]. rewrite <- (dot_zero_left m w).
        apply dot_same; auto. intros i J. unfold basis. destruct (Nat.eqb_spec r i); [lia | reflexivity].
      - intros i I. apply axis_entry; auto. }
    assert (N : forall h c m, (forall i, (i < m)%nat -> valid L h c i) -> forall w,
      dot m (U (axis (var l r s)) h c) w = if Nat.eqb l h then (if Nat.ltb s m then w s else 0) * basis r c else 0).
    { intros h c m F w. rewrite (dot_same m _ (fun i => if Nat.eqb l h then basis s i * basis r c else 0) _ w); auto.
      - destruct (Nat.eqb l h); [| apply dot_zero_left]. rewrite dot_right_scale. f_equal.
        destruct (Nat.ltb_spec s m) as [I | I]; [apply dot_unit, I |]. rewrite <- (dot_zero_left m w).
        apply dot_same; auto. intros i J. unfold basis. destruct (Nat.eqb_spec s i); [lia | reflexivity].
      - intros i I. rewrite axis_entry by auto. destruct (Nat.eqb l h); ring. }
    assert (Va : forall c, (c < n (S k))%nat -> forall i, (i < n k)%nat -> valid L k i c) by
      (intros c C i I; split; [lia | auto]).
    assert (Vb : forall c, (c < n (S k))%nat -> forall i, (i < n (S (S k)))%nat -> valid L (S k) c i) by
      (intros c C i I; split; [lia | auto]).
    rewrite (dot_commutes (n k) (fun i => U x k i a)), (dot_commutes (n (S (S k))) (U x (S k) a)).
    rewrite (M k a _ (Va a A)), (M k b _ (Va b B)), (N (S k) a _ (Vb a A)),
      (N (S k) b _ (Vb b B)).
    destruct V as (Vl & Vr & Vs). cbv beta. unfold basis. rewrite !(Nat.eqb_sym s), !(Nat.eqb_sym r).
    destruct (Nat.eqb_spec l k) as [e | e], (Nat.eqb_spec l (S k)) as [e' | e']; subst; try lia; try ring;
      destruct (Nat.ltb_spec r (n k)), (Nat.ltb_spec s (n (S (S k)))); try lia; try ring.
  Qed.
End Product.
