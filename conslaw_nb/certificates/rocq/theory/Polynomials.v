From Coq Require Import List Bool Arith ZArith QArith Lia Lqa.
Import ListNotations.
Local Open Scope Q_scope.
Arguments Qplus : simpl never.
Arguments Qmult : simpl never.
Arguments Qminus : simpl never.
Arguments Qopp : simpl never.
Arguments Qred : simpl never.
Arguments Qeq : simpl never.

(* ------------------------------------------------------------------ polynomials *)

(* The variables are 1, 2, 3, ...; x1^2 x3 is [1; 1; 3]; a polynomial is a list of terms c * monomial. *)
Definition monomial := list positive.
Definition poly := list (Q * monomial).

(* The value at a point x. *)
Fixpoint eval_mono (x : positive -> Q) (m : monomial) : Q :=
  match m with [] => 1 | j :: m' => x j * eval_mono x m' end.

Fixpoint eval (x : positive -> Q) (p : poly) : Q :=
  match p with [] => 0 | (c, m) :: p' => c * eval_mono x m + eval x p' end.

(* Arithmetic, with the terms kept in order so that equal polynomials come out as equal lists. Nothing below
   relies on the order: what is proved is that values add and multiply. *)
Fixpoint mono_mul (m : monomial) : monomial -> monomial :=
  match m with
  | [] => fun n => n
  | j :: m' =>
      fix into (n : monomial) : monomial :=
        match n with
        | [] => m
        | k :: n' => if (j <=? k)%positive then j :: mono_mul m' n else k :: into n'
        end
  end.

(* More x1 first, then more x2, and so on: products with a monomial stay in order. *)
Fixpoint compare (m n : monomial) : comparison :=
  match m, n with
  | [], [] => Eq
  | [], _ => Gt
  | _, [] => Lt
  | j :: m', k :: n' => match Pos.compare j k with Eq => compare m' n' | c => c end
  end.

Definition zero (c : Q) : bool := Z.eqb (Qnum c) 0.

(* In lowest terms; most coefficients are integers, and those are there. *)
Definition plus (c d : Q) : Q :=
  match Qden c, Qden d with xH, xH => (Qnum c + Qnum d) # 1 | _, _ => Qred (c + d) end.

Definition scaled (c d : Q) : Q :=
  match Qden c, Qden d with xH, xH => (Qnum c * Qnum d) # 1 | _, _ => Qred (c * d) end.

Fixpoint add (p : poly) : poly -> poly :=
  fix add_p (q : poly) : poly :=
    match p, q with
    | [], _ => q
    | _, [] => p
    | (c, m) :: p', (d, n) :: q' =>
        match compare m n with
        | Lt => (c, m) :: add p' q
        | Gt => (d, n) :: add_p q'
        | Eq => let s := plus c d in if zero s then add p' q' else (s, m) :: add p' q'
        end
    end.

Fixpoint add_pairs (ps : list poly) : list poly :=
  match ps with p :: q :: ps' => add p q :: add_pairs ps' | _ => ps end.

Fixpoint sum_in (rounds : list poly) (ps : list poly) : poly :=
  match ps with
  | [] => []
  | [p] => p
  | _ => match rounds with [] => fold_right add [] ps | _ :: r => sum_in r (add_pairs ps) end
  end.

Definition sum (ps : list poly) : poly := sum_in ps ps.

Definition times (c : Q) (m : monomial) (p : poly) : poly :=
  map (fun t => (scaled c (fst t), mono_mul m (snd t))) p.

Definition sub (p q : poly) : poly := add p (times (-1) [] q).

Fixpoint shorter {A} (p q : list A) : bool :=
  match p, q with _, [] => false | [], _ => true | _ :: p', _ :: q' => shorter p' q' end.

Definition mul (p q : poly) : poly :=
  match p, q with
  | [(c, m)], _ => times c m q
  | _, [(c, m)] => times c m p
  | _, _ => let (p, q) := if shorter q p then (q, p) else (p, q) in sum (map (fun t => times (fst t) (snd t) q) p)
  end.

Lemma plus_correct c d : plus c d == c + d.
Proof.
  destruct c as [a [k | k |]], d as [b [l | l |]]; try apply Qred_correct.
  unfold plus, Qplus, Qeq. simpl. ring.
Qed.

Lemma scaled_correct c d : scaled c d == c * d.
Proof.
  destruct c as [a [k | k |]], d as [b [l | l |]]; try apply Qred_correct.
  unfold scaled, Qmult, Qeq. simpl. ring.
Qed.

Lemma eval_mono_mul x m n : eval_mono x (mono_mul m n) == eval_mono x m * eval_mono x n.
Proof.
  revert n. induction m as [| j m IH]; intros n; [simpl; ring |].
  induction n as [| k n IHn]; [simpl; ring |]. cbn [mono_mul] in *.
  destruct (j <=? k)%positive; simpl; [rewrite IH; simpl; ring | rewrite IHn; simpl; ring].
Qed.

Lemma compare_same m n : compare m n = Eq -> m = n.
Proof.
  revert n. induction m as [| j m IH]; intros [| k n]; simpl; try discriminate; trivial.
  destruct (Pos.compare_spec j k) as [<- | L | L]; try discriminate. intros E. f_equal. auto.
Qed.

Lemma zero_sound c : zero c = true -> c == 0.
Proof. unfold zero. intros H. apply Z.eqb_eq in H. destruct c as [n d]. simpl in H. subst. reflexivity. Qed.

Lemma add_nil q : add [] q = q.
Proof. destruct q; reflexivity. Qed.

Lemma add_cons c m p d n q :
  add ((c, m) :: p) ((d, n) :: q) =
  match compare m n with
  | Lt => (c, m) :: add p ((d, n) :: q)
  | Gt => (d, n) :: add ((c, m) :: p) q
  | Eq => let s := plus c d in if zero s then add p q else (s, m) :: add p q
  end.
Proof. reflexivity. Qed.

(* Whatever is linear in the terms respects add, sum and times: used for the value and for the slope. *)
Section Linear.
  Variable f : monomial -> Q.
  Fixpoint linear_sum (p : poly) : Q := match p with [] => 0 | (c, m) :: p' => c * f m + linear_sum p' end.

  Lemma linear_add p q : linear_sum (add p q) == linear_sum p + linear_sum q.
  Proof.
    revert q. induction p as [| [c m] p IHp]; intros q.
    - rewrite add_nil. simpl. ring.
    - induction q as [| [d n] q IHq]; [simpl; ring |].
      rewrite add_cons. cbv zeta. destruct (compare m n) eqn:E.
      + apply compare_same in E. subst n. destruct (zero (plus c d)) eqn:Z.
        * apply zero_sound in Z. rewrite plus_correct in Z. simpl. rewrite IHp.
          setoid_replace d with (- c) by lra. ring.
        * simpl. rewrite IHp, plus_correct. ring.
      + simpl. rewrite IHp. simpl. ring.
      + cbn [linear_sum]. rewrite IHq. simpl. ring.
  Qed.

  Definition linear_all (ps : list poly) : Q := fold_right (fun p s => linear_sum p + s) 0 ps.

  Lemma linear_pairs ps : linear_all (add_pairs ps) == linear_all ps.
  Proof.
    assert (H : forall n ps, (length ps <= n)%nat -> linear_all (add_pairs ps) == linear_all ps).
    { induction n as [| n IH]; intros [| p [| q r]] L; simpl in *; try reflexivity; try lia.
      rewrite IH by lia. rewrite linear_add. ring. }
    exact (H _ ps (le_n _)).
  Qed.

  Lemma linear_sum_all ps : linear_sum (sum ps) == linear_all ps.
  Proof.
    unfold sum. generalize ps at 1. intros rounds. revert ps.
    induction rounds as [| r rounds IH]; intros [| p [| q ps]]; simpl; try reflexivity; try ring.
    - rewrite !linear_add. assert (H : linear_sum (fold_right add [] ps) == linear_all ps).
      { induction ps as [| p' ps IH]; simpl; [reflexivity |]. rewrite linear_add, IH. reflexivity. }
      rewrite H. ring.
    - rewrite IH. simpl. rewrite linear_add, linear_pairs. ring.
  Qed.
End Linear.

Lemma eval_linear x p : eval x p = linear_sum (eval_mono x) p.
Proof. induction p as [| [c m] p IH]; simpl; congruence. Qed.

Lemma eval_add x p q : eval x (add p q) == eval x p + eval x q.
Proof. rewrite !eval_linear. apply linear_add. Qed.

Lemma eval_times x c m p : eval x (times c m p) == c * eval_mono x m * eval x p.
Proof.
  induction p as [| [d n] p IH]; simpl; [ring |]. rewrite IH, eval_mono_mul, scaled_correct. ring.
Qed.

Lemma eval_sub x p q : eval x (sub p q) == eval x p - eval x q.
Proof. unfold sub. rewrite eval_add, eval_times. simpl. ring. Qed.

Lemma eval_app x p q : eval x (p ++ q) == eval x p + eval x q.
Proof. induction p as [| [c m] p IH]; simpl; [ring | rewrite IH; ring]. Qed.

Definition total {A} (f : A -> Q) (l : list A) : Q := fold_right (fun a s => f a + s) 0 l.

Lemma total_same {A} (f g : A -> Q) l : (forall a, In a l -> f a == g a) -> total f l == total g l.
Proof.
  induction l as [| a l IH]; simpl; intros H; [reflexivity |]. rewrite (H a), IH by auto. reflexivity.
Qed.

Lemma eval_sum x ps : eval x (sum ps) == total (eval x) ps.
Proof.
  rewrite eval_linear, linear_sum_all. induction ps as [| p ps IH]; simpl; [reflexivity |].
  rewrite IH, eval_linear. reflexivity.
Qed.

Lemma total_map {A B} (f : B -> Q) (g : A -> B) l : total f (map g l) = total (fun a => f (g a)) l.
Proof. induction l; simpl; congruence. Qed.

Lemma eval_mul x p q : eval x (mul p q) == eval x p * eval x q.
Proof.
  assert (H : forall p q, eval x (sum (map (fun t => times (fst t) (snd t) q) p)) == eval x p * eval x q).
  { clear. intros p q. rewrite eval_sum, total_map. induction p as [| [c m] p IH]; simpl; [ring |].
    rewrite IH, eval_times. simpl. ring. }
  assert (G : eval x (let (p, q) := if shorter q p then (q, p) else (p, q) in
    sum (map (fun t => times (fst t) (snd t) q) p)) == eval x p * eval x q) by
    (destruct (shorter q p); rewrite H; ring).
  unfold mul. destruct p as [| [c m] [| t p]], q as [| [d n] [| u q]]; try exact G;
    rewrite eval_times; simpl; ring.
Qed.

(* ------------------------------------------------------------------ derivatives *)

Definition field := positive -> poly.

(* along v p is the derivative of p along the field v, <grad p, v>: the rule of Leibniz, factor by factor. *)
Fixpoint along_mono (v : field) (m : monomial) : poly :=
  match m with
  | [] => []
  | j :: m' => add (times 1 m' (v j)) (times 1 [j] (along_mono v m'))
  end.

Definition along (v : field) (p : poly) : poly := sum (map (fun t => times (fst t) [] (along_mono v (snd t))) p).

(* The field that is constantly the unit vector i, and the partial derivative. *)
Definition unit (i : positive) : field := fun j => if Pos.eqb i j then [(1, [])] else [].
Definition partial (i : positive) (p : poly) : poly := along (unit i) p.

(* [X, Y] = DX Y - DY X *)
Definition bracket (X Y : field) : field := fun i => sub (along Y (X i)) (along X (Y i)).

(* The same derivative in numbers: at the point x, in the direction y. *)
Fixpoint slope_mono (x y : positive -> Q) (m : monomial) : Q :=
  match m with [] => 0 | j :: m' => y j * eval_mono x m' + x j * slope_mono x y m' end.

Fixpoint slope (x y : positive -> Q) (p : poly) : Q :=
  match p with [] => 0 | (c, m) :: p' => c * slope_mono x y m + slope x y p' end.

Lemma slope_linear x y p : slope x y p = linear_sum (slope_mono x y) p.
Proof. induction p as [| [c m] p IH]; simpl; congruence. Qed.

Lemma slope_mono_mul x y m n :
  slope_mono x y (mono_mul m n) == slope_mono x y m * eval_mono x n + eval_mono x m * slope_mono x y n.
Proof.
  revert n. induction m as [| j m IH]; intros n; [simpl; ring |].
  induction n as [| k n IHn]; [simpl; ring |]. cbn [mono_mul] in *.
  pose proof (eval_mono_mul x m (k :: n)) as E. pose proof (eval_mono_mul x (j :: m) n) as F. cbn [mono_mul] in F.
  destruct (j <=? k)%positive; cbn [slope_mono]; [rewrite IH, E | rewrite IHn, F]; simpl; ring.
Qed.

Lemma slope_add x y p q : slope x y (add p q) == slope x y p + slope x y q.
Proof. rewrite !slope_linear. apply linear_add. Qed.

Lemma slope_app x y p q : slope x y (p ++ q) == slope x y p + slope x y q.
Proof. induction p as [| [c m] p IH]; simpl; [ring | rewrite IH; ring]. Qed.

Lemma slope_times x y c m p :
  slope x y (times c m p) == c * (slope_mono x y m * eval x p + eval_mono x m * slope x y p).
Proof.
  induction p as [| [d n] p IH]; simpl; [ring |]. rewrite IH, slope_mono_mul, scaled_correct. ring.
Qed.

Lemma slope_sub x y p q : slope x y (sub p q) == slope x y p - slope x y q.
Proof. unfold sub. rewrite slope_add, slope_times. simpl. ring. Qed.

Lemma slope_sum x y ps : slope x y (sum ps) == total (slope x y) ps.
Proof.
  rewrite slope_linear, linear_sum_all. induction ps as [| p ps IH]; simpl; [reflexivity |].
  rewrite IH, slope_linear. reflexivity.
Qed.

Lemma slope_mul x y p q : slope x y (mul p q) == slope x y p * eval x q + eval x p * slope x y q.
Proof.
  assert (H : forall p q, slope x y (sum (map (fun t => times (fst t) (snd t) q) p)) ==
    slope x y p * eval x q + eval x p * slope x y q).
  { clear. intros p q. rewrite slope_sum, total_map. induction p as [| [c m] p IH]; simpl; [ring |].
    rewrite IH, slope_times. simpl. ring. }
  assert (G : slope x y (let (p, q) := if shorter q p then (q, p) else (p, q) in
    sum (map (fun t => times (fst t) (snd t) q) p)) == slope x y p * eval x q + eval x p * slope x y q) by
    (destruct (shorter q p); rewrite H; ring).
  unfold mul. destruct p as [| [c m] [| t p]], q as [| [d n] [| u q]]; try exact G;
    rewrite slope_times; simpl; ring.
Qed.

Lemma eval_along_mono x v m : eval x (along_mono v m) == slope_mono x (fun j => eval x (v j)) m.
Proof. induction m as [| j m IH]; simpl; [ring |]. rewrite eval_add, !eval_times, IH. simpl. ring. Qed.

Lemma eval_along x v p : eval x (along v p) == slope x (fun j => eval x (v j)) p.
Proof.
  unfold along. rewrite eval_sum, total_map. induction p as [| [c m] p IH]; simpl; [ring |].
  rewrite IH, eval_times, eval_along_mono. simpl. ring.
Qed.

Lemma slope_along x y v p :
  slope x y (along v p) == total (fun t => fst t * slope x y (along_mono v (snd t))) p.
Proof.
  unfold along. rewrite slope_sum, total_map. apply total_same. intros [c m] _. rewrite slope_times. simpl. ring.
Qed.

Lemma slope_same x y z p : (forall j, y j == z j) -> slope x y p == slope x z p.
Proof.
  intros H. assert (M : forall m, slope_mono x y m == slope_mono x z m).
  { induction m as [| j m IH]; simpl; [ring |]. rewrite IH, H. ring. }
  induction p as [| [c m] p IH]; simpl; [ring |]. rewrite IH, M. ring.
Qed.

(* That this is the derivative and nothing else: p(x + t y) = p(x) + t slope + t^2 (a polynomial in t). *)
Fixpoint horner (r : list Q) (t : Q) : Q := match r with [] => 0 | a :: r' => a + t * horner r' t end.

Lemma horner_add r s : exists u, forall t, horner u t == horner r t + horner s t.
Proof.
  revert s. induction r as [| a r IH]; intros s.
  - exists s. intros t. simpl. ring.
  - destruct s as [| b s]; [exists (a :: r); intros t; simpl; ring |].
    destruct (IH s) as [u U]. exists (a + b :: u). intros t. simpl. rewrite U. ring.
Qed.

Lemma horner_scale c r t : horner (map (Qmult c) r) t == c * horner r t.
Proof. induction r as [| a r IH]; simpl; [ring | rewrite IH; ring]. Qed.

Lemma derivative_mono x y m : exists r, forall t,
  eval_mono (fun j => x j + t * y j) m == eval_mono x m + t * slope_mono x y m + t * t * horner r t.
Proof.
  induction m as [| j m [r R]].
  - exists []. intros t. simpl. ring.
  - destruct (horner_add [y j * slope_mono x y m] (map (Qmult (x j)) r)) as [u U].
    destruct (horner_add u (0 :: map (Qmult (y j)) r)) as [w H].
    exists w. intros t. simpl. rewrite R, H, U. simpl. rewrite !horner_scale. ring.
Qed.

Theorem slope_is_the_derivative p x y : exists r, forall t,
  eval (fun j => x j + t * y j) p == eval x p + t * slope x y p + t * t * horner r t.
Proof.
  induction p as [| [c m] p [r R]].
  - exists []. intros t. simpl. ring.
  - destruct (derivative_mono x y m) as [s S]. destruct (horner_add (map (Qmult c) s) r) as [u U].
    exists u. intros t. simpl. rewrite R, S, U, horner_scale. ring.
Qed.

(* So polynomials with the same values everywhere have the same derivatives. *)
Lemma horner_bound r : exists b, 0 <= b /\ forall t, -1 <= t -> t <= 1 -> - b <= horner r t /\ horner r t <= b.
Proof.
  induction r as [| a r [b [B H]]].
  - exists 0. simpl. split; [lra |]. intros. lra.
  - assert (A : exists a', 0 <= a' /\ - a' <= a <= a').
    { destruct (Qlt_le_dec a 0); [exists (- a) | exists a]; lra. }
    destruct A as [a' [A' A]]. exists (a' + b). split; [lra |]. intros t T1 T2. simpl.
    destruct (H t T1 T2) as [H1 H2]. set (h := horner r t) in *.
    assert (- b <= t * h <= b); [| lra].
    destruct (Qlt_le_dec h 0), (Qlt_le_dec t 0); nra.
Qed.

Lemma first_order s r : (forall t, t * s + t * t * horner r t == 0) -> s == 0.
Proof.
  intros H. destruct (horner_bound r) as [b [B Hb]].
  destruct (Qeq_dec s 0) as [E | E]; [exact E | exfalso].
  assert (P : 0 < s * s) by (destruct (Q_dec s 0) as [[L | L] | L]; [nra | nra | contradiction]).
  assert (Hp : 0 < b + 1 + s * s) by lra.
  set (t := s / (b + 1 + s * s)).
  assert (T : t * (b + 1 + s * s) == s) by (unfold t; field; lra).
  assert (S1 : 0 <= (s + 1) * (s + 1)) by (destruct (Qlt_le_dec (s + 1) 0); nra).
  assert (S2 : 0 <= (s - 1) * (s - 1)) by (destruct (Qlt_le_dec (s - 1) 0); nra).
  assert (T1 : -1 <= t) by (apply (Qmult_lt_0_le_reg_r _ _ _ Hp); rewrite T; nra).
  assert (T2 : t <= 1) by (apply (Qmult_lt_0_le_reg_r _ _ _ Hp); rewrite T; nra).
  destruct (Hb t T1 T2) as [H1 H2]. specialize (H t). set (h := horner r t) in *.
  assert (N : ~ t == 0) by (intros Z; apply E; rewrite <- T, Z; ring).
  assert (S : s + t * h == 0).
  { apply (Qmult_inj_l _ _ t N). transitivity (t * s + t * t * h); [ring | rewrite H; ring]. }
  assert (S' : s * (b + 1 + s * s) + s * h == 0).
  { setoid_replace (s * h) with (t * (b + 1 + s * s) * h) by (rewrite T; ring).
    setoid_replace (s * (b + 1 + s * s) + t * (b + 1 + s * s) * h)
      with ((b + 1 + s * s) * (s + t * h)) by ring. rewrite S. ring. }
  assert (F : s * (b + 1 + s * s + h) == 0) by (rewrite <- S'; ring).
  apply Qmult_integral in F. destruct F as [F | F]; [contradiction | lra].
Qed.

Lemma same_values_same_slope p q x y : (forall z, eval z p == eval z q) -> slope x y p == slope x y q.
Proof.
  intros H. destruct (slope_is_the_derivative p x y) as [r R]. destruct (slope_is_the_derivative q x y) as [s S].
  destruct (horner_add r (map (Qmult (-1)) s)) as [u U].
  assert (F : slope x y p - slope x y q == 0); [| lra].
  apply (first_order _ u). intros t. rewrite U, horner_scale.
  specialize (R t). specialize (S t). rewrite (H _), (H x) in R. rewrite R in S. nra.
Qed.

(* The derivative along [X, Y] is the commutator of the derivatives along Y and X. *)
Lemma along_bracket_mono x X Y m :
  slope x (fun j => eval x (Y j)) (along_mono X m) - slope x (fun j => eval x (X j)) (along_mono Y m)
  == slope_mono x (fun j => eval x (bracket X Y j)) m.
Proof.
  induction m as [| j m IH]; simpl; [ring |].
  rewrite <- IH. unfold bracket at 1. rewrite !slope_add, !slope_times, eval_sub, !eval_along, !eval_along_mono.
  simpl. ring.
Qed.

Theorem along_bracket x X Y p :
  eval x (along (bracket X Y) p) == eval x (along Y (along X p)) - eval x (along X (along Y p)).
Proof.
  rewrite !eval_along, !slope_along. induction p as [| [c m] p IH]; simpl; [ring |].
  rewrite IH, <- along_bracket_mono. ring.
Qed.

Lemma eval_bracket x X Y i : eval x (bracket X Y i) ==
  slope x (fun j => eval x (Y j)) (X i) - slope x (fun j => eval x (X j)) (Y i).
Proof. unfold bracket. rewrite eval_sub, !eval_along. reflexivity. Qed.
