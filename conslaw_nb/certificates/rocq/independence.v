
(* ------------------------------------------------------------------ independence *)

(* A vector of Q^n is a function of 0 ... n-1. *)
Definition vector := nat -> Q.

Fixpoint combination (c : list Q) (vs : list vector) (i : nat) : Q :=
  match c, vs with a :: c', v :: vs' => a * v i + combination c' vs' i | _, _ => 0 end.

Definition independent (n : nat) (vs : list vector) : Prop :=
  forall c, length c = length vs ->
  (forall i, (i < n)%nat -> combination c vs i == 0) -> Forall (fun a => a == 0) c.

Fixpoint dot (n : nat) (u v : vector) : Q :=
  match n with O => 0 | S k => u k * v k + dot k u v end.

Lemma combination_app c d us vs i : length c = length us ->
  combination (c ++ d) (us ++ vs) i == combination c us i + combination d vs i.
Proof.
  revert us. induction c as [| a c IH]; intros [| u us] L; simpl in *; try discriminate; [ring |].
  injection L as L. rewrite (IH us L). ring.
Qed.

Lemma combination_zeros k vs i : combination (repeat 0 k) vs i == 0.
Proof. revert vs. induction k as [| k IH]; intros [| v vs]; simpl; try reflexivity. rewrite IH. ring. Qed.

Lemma dot_zero_left n w : dot n (fun _ => 0) w == 0.
Proof. induction n as [| n IH]; simpl; [reflexivity | rewrite IH; ring]. Qed.

Lemma dot_step n a v u w : dot n (fun i => a * v i + u i) w == a * dot n v w + dot n u w.
Proof. induction n as [| n IH]; simpl; [ring | rewrite IH; ring]. Qed.

Lemma dot_linear n c vs w : dot n (combination c vs) w ==
  total (fun av => fst av * dot n (snd av) w) (combine c vs).
Proof.
  revert vs. induction c as [| a c IH]; intros [| v vs]; try exact (dot_zero_left n w).
  cbn [combine total fold_right fst snd]. fold (total (fun av => fst av * dot n (snd av) w) (combine c vs)).
  rewrite <- IH, <- dot_step. reflexivity.
Qed.

Lemma dot_commutes n u v : dot n u v == dot n v u.
Proof. induction n as [| n IH]; simpl; [reflexivity | rewrite IH; ring]. Qed.

Lemma square_positive (a : Q) : 0 <= a * a.
Proof. destruct (Qlt_le_dec a 0); nra. Qed.

Lemma dot_positive n u : 0 <= dot n u u.
Proof. induction n as [| n IH]; simpl; [lra |]. pose proof (square_positive (u n)). lra. Qed.

Lemma dot_definite n u : dot n u u == 0 -> forall i, (i < n)%nat -> u i == 0.
Proof.
  induction n as [| n IH]; simpl; intros H i I; [lia |].
  pose proof (square_positive (u n)). pose proof (dot_positive n u).
  destruct (Nat.eq_dec i n) as [-> | N].
  - assert (Z : u n * u n == 0) by lra. apply Qmult_integral in Z. tauto.
  - apply IH; [lra | lia].
Qed.

Lemma dot_zero n u v w : (forall i, (i < n)%nat -> u i + v i == 0) -> dot n u w + dot n v w == 0.
Proof.
  induction n as [| n IH]; simpl; intros H; [ring |].
  specialize (IH (fun i I => H i (Nat.lt_trans _ _ _ I (Nat.lt_succ_diag_r n)))).
  specialize (H n (Nat.lt_succ_diag_r n)). setoid_replace (u n) with (- v n) by lra. lra.
Qed.

Lemma total_zero {A} (f : A -> Q) l : (forall a, In a l -> f a == 0) -> total f l == 0.
Proof. induction l as [| a l IH]; simpl; intros H; [reflexivity |]. rewrite (H a), IH; auto. ring. Qed.

(* Vectors that are orthogonal to vectors are independent of them. *)
Theorem independent_app n us vs : independent n us -> independent n vs ->
  (forall u v, In u us -> In v vs -> dot n u v == 0) -> independent n (us ++ vs).
Proof.
  intros U V O c L H. rewrite app_length in L.
  assert (L1 : length (firstn (length us) c) = length us) by (rewrite firstn_length; lia).
  rewrite <- (firstn_skipn (length us) c) in H |- *.
  set (a := firstn (length us) c) in *. set (b := skipn (length us) c) in *.
  assert (L2 : length b = length vs) by (unfold b; rewrite skipn_length; lia).
  assert (S : forall i, (i < n)%nat -> combination a us i + combination b vs i == 0).
  { intros i I. rewrite <- combination_app by exact L1. auto. }
  assert (Z : dot n (combination b vs) (combination a us) == 0).
  { rewrite dot_linear. apply total_zero. intros [q v] I. simpl. apply in_combine_r in I.
    rewrite dot_commutes, dot_linear. rewrite total_zero; [ring |].
    intros [q' u] I'. simpl. apply in_combine_r in I'. rewrite O by assumption. ring. }
  pose proof (dot_zero _ _ _ (combination a us) S) as D. rewrite Z in D.
  assert (A : forall i, (i < n)%nat -> combination a us i == 0) by (apply dot_definite; lra).
  apply Forall_app. split; [exact (U a L1 A) | apply (V b L2)].
  intros i I. specialize (S i I). rewrite (A i I) in S. lra.
Qed.

Lemma zero_or_not n (vs : list vector) :
  (forall v, In v vs -> v n == 0) \/ exists before v after, vs = before ++ v :: after /\ ~ v n == 0.
Proof.
  induction vs as [| v vs [IH | (b & w & a & -> & W)]].
  - left. intros v [].
  - destruct (Qeq_dec (v n) 0) as [E | E]; [left | right; exists [], v, vs; auto].
    intros w [<- | W]; auto.
  - right. exists (v :: b), w, a. auto.
Qed.

Lemma combination_shift c vs (f : vector -> Q) w i :
  length c = length vs ->
  combination c (map (fun (v : vector) => (fun k => v k - f v * w k) : vector) vs) i ==
  combination c vs i - total (fun av => fst av * f (snd av)) (combine c vs) * w i.
Proof.
  revert vs. induction c as [| a c IH]; intros [| v vs] L; simpl in *; try discriminate; [ring |].
  injection L as L. rewrite (IH vs L). ring.
Qed.

Lemma combination_zero_at c vs i : (forall v, In v vs -> v i == 0) -> combination c vs i == 0.
Proof.
  revert vs. induction c as [| a c IH]; intros [| v vs] H; simpl; try reflexivity.
  rewrite (H v), IH by (simpl in *; auto). ring.
Qed.

(* Q^n has no more than n independent vectors. *)
Theorem independent_bound n vs : independent n vs -> (length vs <= n)%nat.
Proof.
  revert vs. induction n as [| n IH]; intros vs V.
  - destruct vs as [| v vs]; [auto |]. exfalso.
    assert (E : Forall (fun a => a == 0) (1 :: repeat 0 (length vs))).
    { apply V; [simpl; rewrite repeat_length; reflexivity | intros; lia]. }
    inversion E as [| a l H]. discriminate H.
  - destruct (zero_or_not n vs) as [Z | (us & w & ws & -> & W)].
    + apply Nat.le_trans with n; [apply IH | auto]. intros c L H. apply (V c L). intros i I.
      destruct (Nat.eq_dec i n) as [-> | N]; [apply combination_zero_at; exact Z | apply H; lia].
    + set (f := fun v : vector => v n / w n).
      set (cut := map (fun (v : vector) => (fun k => v k - f v * w k) : vector)).
      assert (B : (length (cut us ++ cut ws) <= n)%nat).
      { apply IH. intros c L H. unfold cut in L. rewrite app_length, !map_length in L.
        assert (L1 : length (firstn (length us) c) = length us) by (rewrite firstn_length; lia).
        rewrite <- (firstn_skipn (length us) c) in H |- *.
        set (a := firstn (length us) c) in *. set (b := skipn (length us) c) in *.
        assert (L2 : length b = length ws) by (unfold b; rewrite skipn_length; lia).
        set (s := total (fun av => fst av * f (snd av)) (combine a us)
                  + total (fun av => fst av * f (snd av)) (combine b ws)).
        assert (E : forall i, combination (a ++ - s :: b) (us ++ w :: ws) i ==
                              combination (a ++ b) (cut us ++ cut ws) i).
        { intros i. rewrite !combination_app by (unfold cut; rewrite ?map_length; exact L1).
          unfold cut. rewrite !combination_shift by assumption. simpl. unfold s. ring. }
        assert (Zn : forall v, In v (cut us ++ cut ws) -> v n == 0).
        { intros v I. apply in_app_or in I. unfold cut in I.
          destruct I as [I | I]; apply in_map_iff in I; destruct I as (u & <- & _); unfold f; field; exact W. }
        assert (F : Forall (fun q => q == 0) (a ++ - s :: b)).
        { apply V; [rewrite !app_length; simpl; lia |]. intros i I. rewrite E.
          destruct (Nat.eq_dec i n) as [-> | N]; [apply combination_zero_at; exact Zn | apply H; lia]. }
        apply Forall_app in F. destruct F as [F1 F2]. inversion F2. apply Forall_app. auto. }
      unfold cut in B. rewrite app_length, !map_length in B. rewrite app_length. simpl. lia.
Qed.

Lemma same_length {A B} (r : A -> B -> Prop) l m : Forall2 r l m -> length l = length m.
Proof. intros F. induction F; simpl; congruence. Qed.

Definition column (c : list Q) : vector := fun k => nth k c 0.

(* So vectors in the span of n vectors are no more than n, if they are independent. *)
Theorem independent_in_span n vs ws : independent n vs ->
  (forall v, In v vs -> exists c, length c = length ws /\ forall i, (i < n)%nat -> v i == combination c ws i) ->
  (length vs <= length ws)%nat.
Proof.
  intros V S.
  assert (M : exists cs : list (list Q), Forall2 (fun (v : vector) (c : list Q) => length c = length ws /\
                forall i, (i < n)%nat -> v i == combination c ws i) vs cs).
  { clear V. induction vs as [| v vs IH]; [exists []; constructor |].
    destruct IH as [cs C]; [intros; apply S; simpl; auto |].
    destruct (S v) as [c Hc]; [simpl; auto |]. exists (c :: cs). constructor; assumption. }
  destruct M as [cs C]. rewrite (same_length _ _ _ C).
  rewrite <- (map_length column cs). apply independent_bound.
  intros a L H. rewrite map_length in L. apply V; [rewrite L; symmetry; apply (same_length _ _ _ C) |].
  assert (E : forall i, (i < n)%nat -> combination a vs i ==
    combination (map (fun k => combination a (map column cs) k) (seq 0 (length ws))) ws i).
  { clear V S H. revert a L. induction C as [| v c vs cs [Lc Hc] C IH]; intros [| q a] L i I; simpl in *;
      try discriminate.
    - assert (G : forall l, combination (map (fun _ : nat => 0) l) ws i == 0).
      { clear. intros l. revert ws. induction l as [| k l IH]; intros [| w ws]; simpl; try reflexivity.
        rewrite IH. ring. }
      symmetry. apply G.
    - injection L as L. rewrite (IH a L i I), (Hc i I).
      assert (G : forall (g : nat -> Q) (c : list Q) (us : list vector) m, length c = length us ->
        combination (map (fun k => q * nth (k - m) c 0 + g k) (seq m (length us))) us i ==
        q * combination c us i + combination (map g (seq m (length us))) us i).
      { clear. intros g c us. revert c. induction us as [| u us IH]; intros [| b c] m L; simpl in *;
          try discriminate; [ring |].
        injection L as L. rewrite Nat.sub_diag. simpl. specialize (IH c (S m) L).
        rewrite <- (map_ext_in (fun k => q * nth (k - m) (b :: c) 0 + g k)) in IH; [rewrite IH; ring |].
        intros k K. apply in_seq in K. replace (k - m)%nat with (S (k - S m)) by lia. reflexivity. }
      specialize (G (fun k => combination a (map column cs) k) c ws 0%nat Lc).
      rewrite <- G. erewrite map_ext; [reflexivity |]. intros k. simpl. rewrite Nat.sub_0_r. reflexivity. }
  intros i I. rewrite (E i I).
  assert (Z : forall l us, (forall k, In k l -> (k < length ws)%nat) ->
    combination (map (fun k => combination a (map column cs) k) l) us i == 0).
  { induction l as [| k l IH]; intros [| u us] K; simpl; try reflexivity.
    rewrite IH, H by (intros; apply K; simpl; auto). ring. }
  apply Z. intros k K. apply in_seq in K. lia.
Qed.
