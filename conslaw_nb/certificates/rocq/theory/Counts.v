From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lra Lia FunctionalExtensionality.
From Conslaw Require Import Polynomials RealValues Independence Models Ranks Sparse Laws Lie Smooth Words.
Import ListNotations.
Local Open Scope Q_scope.

(* ------------------------------------------------------------------ counts *)

Definition laws_check (D : nat) (ls : list sparse) (x : list Q) (p : Z) (laws : list poly) : bool :=
  let law := is_law D ls in forallb law laws && independent_values D x p (map gradient_of laws).

Theorem laws_check_sound D ls W x p laws : Forall2 stands ls W -> laws_check D ls x p laws = true ->
  Forall (law D W) laws /\ independent D (map (gradient (rational (point_of x))) laws).
Proof.
  intros S H. apply andb_prop in H. destruct H as [H I]. cbv zeta in H. split.
  - apply Forall_forall. intros h J. rewrite forallb_forall in H. exact (is_law_sound D ls W h S (H h J)).
  - apply (independent_values_sound D x p _ (map (fun h i => partial i h) laws)) in I.
    { rewrite map_map in I. exact I. }
    clear. induction laws; constructor; [apply stands_gradient | assumption].
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

Theorem count_by_laws D ls W x p fs words laws P R N M e : (forall v, In v W -> is_on D v) -> Forall2 stands ls W ->
  numbers_check D P R N M e (length words) (length laws) = true ->
  words_check D ls x p fs words = true -> laws_check D ls x p laws = true ->
  D = P /\ near (rational (point_of x)) (counted D W R N M).
Proof.
  intros V S K A B. apply (words_check_sound _ _ _ _ _ _ _ S) in A.
  apply (laws_check_sound _ _ _ _ _ _ S) in B. unfold numbers_check in K.
  rewrite !andb_true_iff, !Nat.eqb_eq in K. destruct K as ((((-> & ->) & ->) & K) & _). split; [reflexivity |].
  assert (I : forall v, In v W -> inside D v) by (intros v J; apply inside_is_on, V, J).
  generalize (near_and _ _ _ (Lie_near D W _ _ (proj1 A) (proj2 A)) (laws_near D W _ _ (proj1 B) (proj2 B))).
  apply near_weaken. rewrite map_length. intros y [L H]. replace M with (D - length words)%nat by lia.
  repeat split; [exact L | apply laws_bound_Lie; assumption | exact H | apply at_most_smooth_laws; assumption].
Qed.
