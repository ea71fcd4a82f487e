From Coq Require Import List Arith ZArith QArith Qreals Reals Lia Lqa.
From Conslaw Require Import Polynomials RealValues Independence.
Import ListNotations.
Local Open Scope Q_scope.

(* ------------------------------------------------------------------ independence *)

(* A qvector of Q^n is a function of 0 ... n-1. *)
Definition qvector := nat -> Q.

Fixpoint qcombination (c : list Q) (vs : list qvector) (i : nat) : Q :=
  match c, vs with a :: c', v :: vs' => a * v i + qcombination c' vs' i | _, _ => 0 end.

Definition qindependent (n : nat) (vs : list qvector) : Prop :=
  forall c, length c = length vs ->
  (forall i, (i < n)%nat -> qcombination c vs i == 0) -> Forall (fun a => a == 0) c.

Lemma qcombination_app c d us vs i : length c = length us ->
  qcombination (c ++ d) (us ++ vs) i == qcombination c us i + qcombination d vs i.
Proof.
  revert us. induction c as [| a c IH]; intros [| u us] L; simpl in *; try discriminate; [ring |].
  injection L as L. rewrite (IH us L). ring.
Qed.

Lemma total_zero {A} (f : A -> Q) l : (forall a, In a l -> f a == 0) -> total f l == 0.
Proof. induction l as [| a l IH]; simpl; intros H; [reflexivity |]. rewrite (H a), IH; auto. ring. Qed.

Lemma qzero_or_not n (vs : list qvector) :
  (forall v, In v vs -> v n == 0) \/ exists before v after, vs = before ++ v :: after /\ ~ v n == 0.
Proof.
  induction vs as [| v vs [IH | (b & w & a & -> & W)]].
  - left. intros v [].
  - destruct (Qeq_dec (v n) 0) as [E | E]; [left | right; exists [], v, vs; auto].
    intros w [<- | W]; auto.
  - right. exists (v :: b), w, a. auto.
Qed.

Lemma qcombination_zero_at c vs i : (forall v, In v vs -> v i == 0) -> qcombination c vs i == 0.
Proof.
  revert vs. induction c as [| a c IH]; intros [| v vs] H; simpl; try reflexivity.
  rewrite (H v), IH by (simpl in *; auto). ring.
Qed.

Lemma same_length {A B} (r : A -> B -> Prop) l m : Forall2 r l m -> length l = length m.
Proof. intros F. induction F; simpl; congruence. Qed.


(* Elimination without division, as over the reals. *)
Definition qcut (n : nat) (w v : qvector) : qvector := fun k => w n * v k - v n * w k.

Lemma qcombination_cut c vs n w i : qcombination c (map (qcut n w) vs) i ==
  w n * qcombination c vs i - qcombination c vs n * w i.
Proof.
  revert vs. induction c as [| a c IH]; intros [| v vs]; simpl; try ring. rewrite IH. unfold qcut. ring.
Qed.

Lemma qcombination_scale s c vs i : qcombination (map (Qmult s) c) vs i == s * qcombination c vs i.
Proof. revert vs. induction c as [| a c IH]; intros [| v vs]; simpl; try ring. rewrite IH. ring. Qed.

Lemma scaled_qzeros s c : ~ s == 0 -> Forall (fun a => a == 0) (map (Qmult s) c) -> Forall (fun a => a == 0) c.
Proof.
  intros S F. apply Forall_forall. intros a I. rewrite Forall_forall in F.
  specialize (F (s * a) (in_map _ _ _ I)). apply Qmult_integral in F. tauto.
Qed.

Lemma qindependent_cut n us w ws : ~ w n == 0 -> qindependent (S n) (us ++ w :: ws) ->
  qindependent n (map (qcut n w) (us ++ ws)).
Proof.
  intros W V c L H. rewrite map_length, app_length in L.
  assert (L1 : length (firstn (length us) c) = length us) by (rewrite firstn_length; lia).
  rewrite <- (firstn_skipn (length us) c) in H |- *.
  set (a := firstn (length us) c) in *. set (b := skipn (length us) c) in *.
  assert (L2 : length b = length ws) by (unfold b; rewrite skipn_length; lia).
  set (q := - qcombination (a ++ b) (us ++ ws) n).
  assert (F : Forall (fun a => a == 0) (map (Qmult (w n)) a ++ q :: map (Qmult (w n)) b)).
  { apply V; [rewrite !app_length; simpl; rewrite !map_length; lia |]. intros i I.
    transitivity (qcombination (a ++ b) (map (qcut n w) (us ++ ws)) i).
    - rewrite qcombination_cut, qcombination_app by (rewrite map_length; exact L1). cbn [qcombination].
      rewrite !qcombination_scale. unfold q. rewrite !qcombination_app by exact L1. ring.
    - destruct (Nat.eq_dec i n) as [-> | N]; [rewrite qcombination_cut; ring | apply H; lia]. }
  apply Forall_app in F. destruct F as [F1 F2]. inversion F2. subst.
  apply Forall_app. split; apply (scaled_qzeros (w n)); assumption.
Qed.

(* Vectors with rational entries that are independent over Q are independent over R. *)
Definition lifted (v : qvector) : vector := fun i => Q2R (v i).

Lemma lifted_cut c n w vs i :
  combination c (map lifted (map (qcut n w) vs)) i = combination c (map (cut n (lifted w)) (map lifted vs)) i.
Proof.
  revert c. induction vs as [| v vs IH]; intros [| a c]; simpl; try reflexivity. rewrite IH. f_equal. f_equal.
  unfold lifted, cut, qcut. rewrite Q2R_minus, !Q2R_mult. reflexivity.
Qed.

Theorem lift n vs : qindependent n vs -> independent n (map lifted vs).
Proof.
  revert vs. induction n as [| n IH]; intros vs V.
  - destruct vs as [| v vs]; [intros [| a c] L H; [constructor | discriminate] |]. exfalso.
    assert (E : Forall (fun a => a == 0) (1 :: repeat 0 (length vs))).
    { apply V; [simpl; rewrite repeat_length; reflexivity | intros; lia]. }
    inversion E as [| a l H]. discriminate H.
  - destruct (qzero_or_not n vs) as [Z | (us & w & ws & -> & W)].
    + assert (I : independent n (map lifted vs)).
      { apply IH. intros c L H. apply (V c L). intros i I.
        destruct (Nat.eq_dec i n) as [-> | N]; [apply qcombination_zero_at; exact Z | apply H; lia]. }
      intros c L H. apply (I c L). intros i J. apply H. lia.
    + pose proof (IH _ (qindependent_cut n us w ws W V)) as I.
      rewrite map_app. apply independent_uncut.
      * unfold lifted. intros E. apply W. apply eqR_Qeq. rewrite E. symmetry. apply Q2R_0.
      * intros c L H. apply (I c); [rewrite L, <- map_app, !map_length; reflexivity |]. intros i J.
        rewrite lifted_cut, map_app. exact (H i J).
Qed.
