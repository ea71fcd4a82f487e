From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lra Lia.
From Conslaw Require Import Polynomials.
Import ListNotations.
Local Open Scope R_scope.

(* ------------------------------------------------------------------ values at real points *)

(* Parameters are real numbers now; coefficients stay rational. *)
Definition point := positive -> R.
Definition rational (x : positive -> Q) : point := fun j => Q2R (x j).

Fixpoint real_mono (x : point) (m : monomial) : R :=
  match m with [] => 1 | j :: m' => x j * real_mono x m' end.

Fixpoint real (x : point) (p : poly) : R :=
  match p with [] => 0 | (c, m) :: p' => Q2R c * real_mono x m + real x p' end.

(* The derivative at x in the direction y. *)
Fixpoint real_slope_mono (x y : point) (m : monomial) : R :=
  match m with [] => 0 | j :: m' => y j * real_mono x m' + x j * real_slope_mono x y m' end.

Fixpoint real_slope (x y : point) (p : poly) : R :=
  match p with [] => 0 | (c, m) :: p' => Q2R c * real_slope_mono x y m + real_slope x y p' end.

Lemma Q2R_0 : Q2R 0 = 0.
Proof. unfold Q2R. simpl. lra. Qed.

Lemma Q2R_1 : Q2R 1 = 1.
Proof. unfold Q2R. simpl. lra. Qed.

Lemma real_mono_rational x m : real_mono (rational x) m = Q2R (eval_mono x m).
Proof. induction m as [| j m IH]; simpl; [symmetry; apply Q2R_1 | rewrite IH, Q2R_mult; reflexivity]. Qed.

Lemma real_rational x p : real (rational x) p = Q2R (eval x p).
Proof.
  induction p as [| [c m] p IH]; simpl; [symmetry; apply Q2R_0 |].
  rewrite IH, real_mono_rational, Q2R_plus, Q2R_mult. reflexivity.
Qed.

Lemma real_slope_rational x y p : real_slope (rational x) (rational y) p = Q2R (slope x y p).
Proof.
  assert (M : forall m, real_slope_mono (rational x) (rational y) m = Q2R (slope_mono x y m)).
  { induction m as [| j m IH]; simpl; [symmetry; apply Q2R_0 |].
    rewrite IH, real_mono_rational, Q2R_plus, !Q2R_mult. reflexivity. }
  induction p as [| [c m] p IH]; simpl; [symmetry; apply Q2R_0 |].
  rewrite IH, M, Q2R_plus, Q2R_mult. reflexivity.
Qed.

Lemma real_slope_same x y z p : (forall j, y j = z j) -> real_slope x y p = real_slope x z p.
Proof.
  intros H. assert (M : forall m, real_slope_mono x y m = real_slope_mono x z m).
  { induction m as [| j m IH]; simpl; [reflexivity |]. rewrite IH, H. reflexivity. }
  induction p as [| [c m] p IH]; simpl; [reflexivity |]. rewrite IH, M. reflexivity.
Qed.

Lemma real_slope_scale x a y p : real_slope x (fun j => a * y j) p = a * real_slope x y p.
Proof.
  assert (M : forall m, real_slope_mono x (fun j => a * y j) m = a * real_slope_mono x y m).
  { induction m as [| j m IH]; simpl; [ring | rewrite IH; ring]. }
  induction p as [| [c m] p IH]; simpl; [ring | rewrite IH, M; ring].
Qed.

Lemma real_slope_plus x y z p : real_slope x (fun j => y j + z j) p = real_slope x y p + real_slope x z p.
Proof.
  assert (M : forall m, real_slope_mono x (fun j => y j + z j) m = real_slope_mono x y m + real_slope_mono x z m).
  { induction m as [| j m IH]; simpl; [ring | rewrite IH; ring]. }
  induction p as [| [c m] p IH]; simpl; [ring | rewrite IH, M; ring].
Qed.

(* ------------------------------------------------------------------ from rational points to real ones *)

Definition close (d : R) (x y : point) : Prop := forall j, Rabs (x j - y j) <= d.

(* Near every point, f changes by at most a constant times the distance. *)
Definition tame (f : point -> R) : Prop :=
  forall x, exists C, 0 <= C /\ forall d y, 0 <= d <= 1 -> close d x y -> Rabs (f x - f y) <= C * d.

Lemma tame_constant c : tame (fun _ => c).
Proof. intros x. exists 0. split; [lra |]. intros d y D H. rewrite Rminus_diag_eq, Rabs_R0; lra. Qed.

Lemma tame_coordinate j : tame (fun x => x j).
Proof. intros x. exists 1. split; [lra |]. intros d y D H. specialize (H j). lra. Qed.

Lemma tame_plus f g : tame f -> tame g -> tame (fun x => f x + g x).
Proof.
  intros F G x. destruct (F x) as (A & A0 & HA). destruct (G x) as (B & B0 & HB). exists (A + B).
  split; [lra |]. intros d y D H. specialize (HA d y D H). specialize (HB d y D H).
  replace (f x + g x - (f y + g y)) with ((f x - f y) + (g x - g y)) by ring.
  pose proof (Rabs_triang (f x - f y) (g x - g y)). lra.
Qed.

Lemma tame_times f g : tame f -> tame g -> tame (fun x => f x * g x).
Proof.
  intros F G x. destruct (F x) as (A & A0 & HA). destruct (G x) as (B & B0 & HB).
  exists (Rabs (f x) * B + (Rabs (g x) + B) * A).
  pose proof (Rabs_pos (f x)). pose proof (Rabs_pos (g x)).
  assert (0 <= Rabs (f x) * B) by (apply Rmult_le_pos; lra).
  assert (0 <= (Rabs (g x) + B) * A) by (apply Rmult_le_pos; lra).
  split; [lra |]. intros d y D C. specialize (HA d y D C). specialize (HB d y D C).
  replace (f x * g x - f y * g y) with (f x * (g x - g y) + g y * (f x - f y)) by ring.
  eapply Rle_trans; [apply Rabs_triang |]. rewrite !Rabs_mult.
  assert (Y : Rabs (g y) <= Rabs (g x) + B).
  { replace (g y) with (g x - (g x - g y)) at 1 by ring.
    eapply Rle_trans; [apply Rabs_triang |]. rewrite Rabs_Ropp. nra. }
  pose proof (Rabs_pos (g y)).
  assert (Rabs (f x) * Rabs (g x - g y) <= Rabs (f x) * (B * d)) by (apply Rmult_le_compat_l; lra).
  assert (Rabs (g y) * Rabs (f x - f y) <= (Rabs (g x) + B) * (A * d)).
  { apply Rmult_le_compat; try lra. apply Rabs_pos. }
  nra.
Qed.

Lemma tame_real p : tame (fun x => real x p).
Proof.
  assert (M : forall m, tame (fun x => real_mono x m)).
  { induction m as [| j m IH]; [exact (tame_constant 1) | exact (tame_times _ _ (tame_coordinate j) IH)]. }
  induction p as [| [c m] p IH]; [exact (tame_constant 0) |].
  exact (tame_plus _ _ (tame_times _ _ (tame_constant (Q2R c)) (M m)) IH).
Qed.

Lemma tame_slope (y : point -> point) p : (forall j, tame (fun x => y x j)) -> tame (fun x => real_slope x (y x) p).
Proof.
  intros Y. assert (M : forall m, tame (fun x => real_mono x m)).
  { induction m as [| j m IH]; [exact (tame_constant 1) | exact (tame_times _ _ (tame_coordinate j) IH)]. }
  assert (S : forall m, tame (fun x => real_slope_mono x (y x) m)).
  { induction m as [| j m IH]; [exact (tame_constant 0) |].
    exact (tame_plus _ _ (tame_times _ _ (Y j) (M m)) (tame_times _ _ (tame_coordinate j) IH)). }
  induction p as [| [c m] p IH]; [exact (tame_constant 0) |].
  exact (tame_plus _ _ (tame_times _ _ (tame_constant (Q2R c)) (S m)) IH).
Qed.

(* The fraction with denominator n just above r: no choice is needed to approximate all coordinates at once. *)
Definition above (n : positive) (r : R) : Q := up (r * IZR (Zpos n)) # n.

Lemma above_near n r : Rabs (r - Q2R (above n r)) <= / IZR (Zpos n).
Proof.
  assert (N : 0 < IZR (Zpos n)) by (apply IZR_lt; lia).
  destruct (archimed (r * IZR (Zpos n))) as [A B].
  unfold above, Q2R. simpl. set (u := IZR (up (r * IZR (Zpos n)))) in *. set (k := IZR (Zpos n)) in *.
  replace (r - u * / k) with (- ((u - r * k) * / k)) by (field; lra).
  rewrite Rabs_Ropp, Rabs_pos_eq; [| apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat, N]].
  rewrite <- (Rmult_1_l (/ k)) at 2. apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat, N | lra].
Qed.

Theorem dense f g : tame f -> tame g -> (forall x, f (rational x) = g (rational x)) -> forall x, f x = g x.
Proof.
  intros F G H x. destruct (Req_dec (f x) (g x)) as [E | E]; [exact E | exfalso].
  destruct (F x) as (A & A0 & HA). destruct (G x) as (B & B0 & HB).
  set (e := Rabs (f x - g x)). assert (e > 0) by (apply Rabs_pos_lt; lra).
  destruct (archimed ((A + B + 1) / e)) as [U _].
  assert (P : 0 < (A + B + 1) / e) by (apply Rdiv_lt_0_compat; lra).
  assert (Z : (0 < up ((A + B + 1) / e))%Z) by (apply lt_IZR; lra).
  destruct (up ((A + B + 1) / e)) as [| n | n]; try lia. clear Z.
  assert (N : 1 <= IZR (Zpos n)) by (apply IZR_le; lia).
  assert (I : 0 < / IZR (Zpos n) <= 1).
  { split; [apply Rinv_0_lt_compat; lra |]. rewrite <- Rinv_1. apply Rinv_le_contravar; lra. }
  set (y := fun j => above n (x j)).
  assert (C : close (/ IZR (Zpos n)) x (rational y)) by (intros j; apply above_near).
  assert (I' : 0 <= / IZR (Zpos n) <= 1) by lra.
  specialize (HA _ _ I' C). specialize (HB _ _ I' C). specialize (H y).
  assert (K : e <= (A + B) * / IZR (Zpos n)).
  { unfold e. replace (f x - g x) with ((f x - f (rational y)) - (g x - g (rational y))) by lra.
    eapply Rle_trans; [apply Rabs_triang |]. rewrite Rabs_Ropp. lra. }
  assert (L : e * IZR (Zpos n) <= A + B).
  { replace (A + B) with ((A + B) * / IZR (Zpos n) * IZR (Zpos n)) by (field; lra).
    apply Rmult_le_compat_r; lra. }
  assert (M : (A + B + 1) / e * e < IZR (Zpos n) * e) by (apply Rmult_lt_compat_r; lra).
  replace ((A + B + 1) / e * e) with (A + B + 1) in M by (field; lra). lra.
Qed.

(* What holds at all rational points holds at all real ones. *)
Ltac tame := repeat first
  [ apply tame_real | apply tame_constant | apply tame_coordinate | apply tame_plus | apply tame_times
  | apply tame_slope; intros ].

Lemma real_same p q : (forall x, Qeq (eval x p) (eval x q)) -> forall x, real x p = real x q.
Proof.
  intros H. apply dense; tame. intros x. rewrite !real_rational. apply Qeq_eqR, H.
Qed.

Lemma real_add x p q : real x (add p q) = real x p + real x q.
Proof.
  revert x. apply (dense _ (fun x => real x p + real x q)); tame.
  intros x. rewrite !real_rational, <- Q2R_plus. apply Qeq_eqR, eval_add.
Qed.

Lemma real_mul x p q : real x (mul p q) = real x p * real x q.
Proof.
  revert x. apply (dense _ (fun x => real x p * real x q)); tame.
  intros x. rewrite !real_rational, <- Q2R_mult. apply Qeq_eqR, eval_mul.
Qed.

Lemma real_sub x p q : real x (sub p q) = real x p - real x q.
Proof.
  transitivity (real x p + -1 * real x q); [| ring].
  revert x. apply (dense _ (fun x => real x p + -1 * real x q)); tame.
  intros x. rewrite !real_rational. transitivity (Q2R (eval x p - eval x q)%Q); [apply Qeq_eqR, eval_sub |].
  rewrite Q2R_minus. ring.
Qed.

Lemma real_scale x c p : real x (times c [] p) = Q2R c * real x p.
Proof.
  revert x. apply (dense _ (fun x => Q2R c * real x p)); tame.
  intros x. rewrite !real_rational, <- Q2R_mult. apply Qeq_eqR. rewrite eval_times. simpl. ring.
Qed.

Lemma real_along x v p : real x (along v p) = real_slope x (fun j => real x (v j)) p.
Proof.
  revert x. apply (dense _ (fun x => real_slope x (fun j => real x (v j)) p)); tame.
  intros x. rewrite (real_slope_same _ _ (rational (fun j => eval x (v j)))) by (intros; apply real_rational).
  rewrite real_rational, real_slope_rational. apply Qeq_eqR, eval_along.
Qed.

Lemma real_bracket x X Y i : real x (bracket X Y i) =
  real_slope x (fun j => real x (Y j)) (X i) - real_slope x (fun j => real x (X j)) (Y i).
Proof. unfold bracket. rewrite real_sub, !real_along. reflexivity. Qed.
