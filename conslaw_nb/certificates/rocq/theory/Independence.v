From Coq Require Import List Arith Reals Lra Lia Classical.
From Conslaw Require Import RealValues.
Import ListNotations.
Local Open Scope R_scope.

Definition real_total {A} (f : A -> R) (l : list A) : R := fold_right (fun a s => f a + s) 0 l.

(* ------------------------------------------------------------------ independence *)

(* A vector of R^n is a function of 0 ... n-1. *)
Definition vector := nat -> R.

Fixpoint combination (c : list R) (vs : list vector) (i : nat) : R :=
  match c, vs with a :: c', v :: vs' => a * v i + combination c' vs' i | _, _ => 0 end.

Definition independent (n : nat) (vs : list vector) : Prop :=
  forall c, length c = length vs ->
  (forall i, (i < n)%nat -> combination c vs i = 0) -> Forall (fun a => a = 0) c.

Fixpoint dot (n : nat) (u v : vector) : R :=
  match n with O => 0 | S k => u k * v k + dot k u v end.

Lemma combination_app c d us vs i : length c = length us ->
  combination (c ++ d) (us ++ vs) i = combination c us i + combination d vs i.
Proof.
  revert us. induction c as [| a c IH]; intros [| u us] L; simpl in *; try discriminate; [ring |].
  injection L as L. rewrite (IH us L). ring.
Qed.

Lemma combination_zeros k vs i : combination (repeat 0 k) vs i = 0.
Proof. revert vs. induction k as [| k IH]; intros [| v vs]; simpl; try reflexivity. rewrite IH. ring. Qed.

Lemma dot_zero_left n w : dot n (fun _ => 0) w = 0.
Proof. induction n as [| n IH]; simpl; [reflexivity | rewrite IH; ring]. Qed.

Lemma dot_step n a v u w : dot n (fun i => a * v i + u i) w = a * dot n v w + dot n u w.
Proof. induction n as [| n IH]; simpl; [ring | rewrite IH; ring]. Qed.

Lemma dot_linear n c vs w : dot n (combination c vs) w =
  real_total (fun av => fst av * dot n (snd av) w) (combine c vs).
Proof.
  revert vs. induction c as [| a c IH]; intros [| v vs]; try exact (dot_zero_left n w).
  cbn [combine real_total fold_right fst snd]. fold (real_total (fun av => fst av * dot n (snd av) w) (combine c vs)).
  rewrite <- IH, <- dot_step. reflexivity.
Qed.

Lemma dot_commutes n u v : dot n u v = dot n v u.
Proof. induction n as [| n IH]; simpl; [reflexivity | rewrite IH; ring]. Qed.

Lemma dot_same D u v w z : (forall i, (i < D)%nat -> u i = v i) -> (forall i, (i < D)%nat -> w i = z i) ->
  dot D u w = dot D v z.
Proof. induction D as [| D IH]; intros H K; cbn [dot]; [reflexivity |]. rewrite H, K, IH by auto. reflexivity. Qed.

Lemma dot_minus D u v w : dot D u (fun i => v i - w i) = dot D u v - dot D u w.
Proof. induction D as [| D IH]; cbn [dot]; [ring |]. rewrite IH. ring. Qed.

Lemma dot_plus D u v w : dot D u (fun i => v i + w i) = dot D u v + dot D u w.
Proof. induction D as [| D IH]; cbn [dot]; [ring |]. rewrite IH. ring. Qed.

Lemma dot_scale D u a v : dot D u (fun i => a * v i) = a * dot D u v.
Proof. induction D as [| D IH]; cbn [dot]; [ring |]. rewrite IH. ring. Qed.

Lemma square_positive (a : R) : 0 <= a * a.
Proof. destruct (Rlt_le_dec a 0); nra. Qed.

Lemma dot_positive n u : 0 <= dot n u u.
Proof. induction n as [| n IH]; simpl; [lra |]. pose proof (square_positive (u n)). lra. Qed.

Lemma dot_definite n u : dot n u u = 0 -> forall i, (i < n)%nat -> u i = 0.
Proof.
  induction n as [| n IH]; simpl; intros H i I; [lia |].
  pose proof (square_positive (u n)). pose proof (dot_positive n u).
  destruct (Nat.eq_dec i n) as [-> | N].
  - assert (Z : u n * u n = 0) by lra. apply Rmult_integral in Z. tauto.
  - apply IH; [lra | lia].
Qed.

Lemma dot_zero n u v w : (forall i, (i < n)%nat -> u i + v i = 0) -> dot n u w + dot n v w = 0.
Proof.
  induction n as [| n IH]; simpl; intros H; [ring |].
  specialize (IH (fun i I => H i (Nat.lt_trans _ _ _ I (Nat.lt_succ_diag_r n)))).
  specialize (H n (Nat.lt_succ_diag_r n)). replace (u n) with (- v n) by lra. lra.
Qed.

Lemma real_total_zero {A} (f : A -> R) l : (forall a, In a l -> f a = 0) -> real_total f l = 0.
Proof. induction l as [| a l IH]; simpl; intros H; [reflexivity |]. rewrite (H a), IH; auto. ring. Qed.

(* Vectors that are orthogonal to vectors are independent of them. *)
Theorem independent_app n us vs : independent n us -> independent n vs ->
  (forall u v, In u us -> In v vs -> dot n u v = 0) -> independent n (us ++ vs).
Proof.
  intros U V O c L H. rewrite app_length in L.
  assert (L1 : length (firstn (length us) c) = length us) by (rewrite firstn_length; lia).
  rewrite <- (firstn_skipn (length us) c) in H |- *.
  set (a := firstn (length us) c) in *. set (b := skipn (length us) c) in *.
  assert (L2 : length b = length vs) by (unfold b; rewrite skipn_length; lia).
  assert (S : forall i, (i < n)%nat -> combination a us i + combination b vs i = 0).
  { intros i I. rewrite <- combination_app by exact L1. auto. }
  assert (Z : dot n (combination b vs) (combination a us) = 0).
  { rewrite dot_linear. apply real_total_zero. intros [q v] I. simpl. apply in_combine_r in I.
    rewrite dot_commutes, dot_linear. rewrite real_total_zero; [ring |].
    intros [q' u] I'. simpl. apply in_combine_r in I'. rewrite O by assumption. ring. }
  pose proof (dot_zero _ _ _ (combination a us) S) as D. rewrite Z in D.
  assert (A : forall i, (i < n)%nat -> combination a us i = 0) by (apply dot_definite; lra).
  apply Forall_app. split; [exact (U a L1 A) | apply (V b L2)].
  intros i I. specialize (S i I). rewrite (A i I) in S. lra.
Qed.

Lemma zero_or_not n (vs : list vector) :
  (forall v, In v vs -> v n = 0) \/ exists before v after, vs = before ++ v :: after /\ v n <> 0.
Proof.
  induction vs as [| v vs [IH | (b & w & a & -> & W)]].
  - left. intros v [].
  - destruct (Req_dec (v n) 0) as [E | E]; [left | right; exists [], v, vs; auto].
    intros w [<- | W]; auto.
  - right. exists (v :: b), w, a. auto.
Qed.

(* Elimination without division: coordinate n of every v is cleared by w. *)
Definition cut (n : nat) (w v : vector) : vector := fun k => w n * v k - v n * w k.

Lemma combination_cut c vs n w i : combination c (map (cut n w) vs) i =
  w n * combination c vs i - combination c vs n * w i.
Proof.
  revert vs. induction c as [| a c IH]; intros [| v vs]; simpl; try ring. rewrite IH. unfold cut. ring.
Qed.

Lemma combination_zero_at c vs i : (forall v, In v vs -> v i = 0) -> combination c vs i = 0.
Proof.
  revert vs. induction c as [| a c IH]; intros [| v vs] H; simpl; try reflexivity.
  rewrite (H v), IH by (simpl in *; auto). ring.
Qed.

Lemma independent_fewer n vs : (forall v, In v vs -> v n = 0) -> independent (S n) vs -> independent n vs.
Proof.
  intros Z V c L H. apply (V c L). intros i I.
  destruct (Nat.eq_dec i n) as [-> | N]; [apply combination_zero_at; exact Z | apply H; lia].
Qed.

Lemma scaled_zeros s c : s <> 0 -> Forall (fun a => a = 0) (map (Rmult s) c) -> Forall (fun a => a = 0) c.
Proof.
  intros S F. apply Forall_forall. intros a I. rewrite Forall_forall in F.
  specialize (F (s * a) (in_map _ _ _ I)). apply Rmult_integral in F. tauto.
Qed.

Lemma combination_scale s c vs i : combination (map (Rmult s) c) vs i = s * combination c vs i.
Proof. revert vs. induction c as [| a c IH]; intros [| v vs]; simpl; try ring. rewrite IH. ring. Qed.

(* A list of coefficients for us ++ w :: ws, in three parts. *)
Lemma three_parts {A} (c : list R) (us ws : list A) w : length c = length (us ++ w :: ws) ->
  exists a q b, c = a ++ q :: b /\ length a = length us /\ length b = length ws.
Proof.
  intros L. rewrite app_length in L. simpl in L.
  assert (L1 : length (firstn (length us) c) = length us) by (rewrite firstn_length; lia).
  assert (L2 : length (skipn (length us) c) = S (length ws)) by (rewrite skipn_length; lia).
  rewrite <- (firstn_skipn (length us) c).
  destruct (skipn (length us) c) as [| q b]; [discriminate |]. exists (firstn (length us) c), q, b. auto.
Qed.

Lemma independent_cut n us w ws : w n <> 0 -> independent (S n) (us ++ w :: ws) ->
  independent n (map (cut n w) (us ++ ws)).
Proof.
  intros W V c L H. rewrite map_length, app_length in L.
  assert (L1 : length (firstn (length us) c) = length us) by (rewrite firstn_length; lia).
  rewrite <- (firstn_skipn (length us) c) in H |- *.
  set (a := firstn (length us) c) in *. set (b := skipn (length us) c) in *.
  assert (L2 : length b = length ws) by (unfold b; rewrite skipn_length; lia).
  set (q := - combination (a ++ b) (us ++ ws) n).
  assert (F : Forall (fun a => a = 0) (map (Rmult (w n)) a ++ q :: map (Rmult (w n)) b)).
  { apply V; [rewrite !app_length; simpl; rewrite !map_length; lia |]. intros i I.
    transitivity (combination (a ++ b) (map (cut n w) (us ++ ws)) i).
    - rewrite combination_cut, combination_app by (rewrite map_length; exact L1). cbn [combination].
      rewrite !combination_scale. unfold q. rewrite !combination_app by exact L1. ring.
    - destruct (Nat.eq_dec i n) as [-> | N]; [rewrite combination_cut; ring | apply H; lia]. }
  apply Forall_app in F. destruct F as [F1 F2]. inversion F2. subst.
  apply Forall_app. split; apply (scaled_zeros (w n)); assumption.
Qed.

Lemma independent_uncut n us w ws : w n <> 0 -> independent n (map (cut n w) (us ++ ws)) ->
  independent (S n) (us ++ w :: ws).
Proof.
  intros W V c L H. destruct (three_parts c us ws w L) as (a & q & b & -> & L1 & L2).
  assert (E : forall i, (i < S n)%nat -> combination (a ++ b) (us ++ ws) i = - (q * w i)).
  { intros i I. specialize (H i I). rewrite combination_app in * by exact L1. simpl in H. lra. }
  assert (F : Forall (fun a => a = 0) (a ++ b)).
  { apply V; [rewrite map_length, !app_length; lia |]. intros i I.
    rewrite combination_cut, (E i), (E n) by lia. ring. }
  apply Forall_app in F. destruct F as [F1 F2]. apply Forall_app. split; [exact F1 |]. constructor; [| exact F2].
  assert (Z : combination (a ++ b) (us ++ ws) n = 0).
  { assert (G : forall l vs, Forall (fun a => a = 0) l -> combination l vs n = 0).
    { induction l as [| x l IH]; intros [| v vs] G; simpl; try reflexivity. inversion G. subst.
      rewrite IH by assumption. ring. }
    apply G, Forall_app. auto. }
  rewrite E in Z by lia. assert (M : q * w n = 0) by lra. apply Rmult_integral in M. tauto.
Qed.

(* Coordinate t is cleared by w. *)
Lemma independent_pivot n t w vs : (t < n)%nat -> w t <> 0 ->
  independent n (map (cut t w) vs) -> independent n (w :: vs).
Proof.
  intros T W V c L H. destruct c as [| q c]; [discriminate |]. injection L as L.
  assert (E : forall i, (i < n)%nat -> combination c vs i = - (q * w i)).
  { intros i I. specialize (H i I). simpl in H. lra. }
  assert (F : Forall (fun a => a = 0) c).
  { apply V; [rewrite map_length; exact L |]. intros i I. rewrite combination_cut, (E i I), (E t T). ring. }
  constructor; [| exact F]. assert (Z : combination c vs t = 0).
  { clear - F. revert vs. induction F as [| a c -> F IH]; intros [| v vs]; simpl; try reflexivity. rewrite IH. ring. }
  rewrite (E t T) in Z. assert (M : q * w t = 0) by lra. apply Rmult_integral in M. tauto.
Qed.

Lemma independent_same n vs ws : Forall2 (fun v w => forall i, (i < n)%nat -> v i = w i) vs ws ->
  independent n vs -> independent n ws.
Proof.
  intros F V c L H. apply V.
  - rewrite L. clear - F. induction F; simpl; congruence.
  - intros i I. rewrite <- (H i I). clear - F I. revert c.
    induction F as [| v w vs ws E F IH]; intros [| a c]; simpl; try reflexivity. rewrite IH, (E i I). reflexivity.
Qed.

Lemma independent_scaled {A} n (F : A -> vector) (r : A -> R) l : (forall a, In a l -> r a <> 0) ->
  independent n (map F l) -> independent n (map (fun a i => F a i / r a) l).
Proof.
  intros Z I c L H. rewrite map_length in L.
  assert (E : forall i, combination c (map (fun a i => F a i / r a) l) i =
    combination (map (fun ca => fst ca / r (snd ca)) (combine c l)) (map F l) i).
  { intros i. clear. revert c. induction l as [| a l IH]; intros [| q c]; simpl; try reflexivity.
    rewrite IH. unfold Rdiv. ring. }
  assert (Y : Forall (fun a => a = 0) (map (fun ca => fst ca / r (snd ca)) (combine c l))).
  { apply I; [rewrite !map_length, combine_length; lia |]. intros i J. rewrite <- E. auto. }
  clear - Y L Z. revert c L Y. induction l as [| a l IH]; intros [| q c] L Y; try discriminate; constructor.
  - inversion Y as [| ? ? Y1 Y2]. simpl in Y1. apply Rmult_integral in Y1. destruct Y1 as [Y1 | Y1]; [exact Y1 |].
    exfalso. apply (Rinv_neq_0_compat (r a)); [apply Z; simpl; auto | exact Y1].
  - inversion Y. injection L as L. apply IH; simpl in *; auto.
Qed.

(* R^n has no more than n independent vectors. *)
Theorem independent_bound n vs : independent n vs -> (length vs <= n)%nat.
Proof.
  revert vs. induction n as [| n IH]; intros vs V.
  - destruct vs as [| v vs]; [auto |]. exfalso.
    assert (E : Forall (fun a => a = 0) (1 :: repeat 0 (length vs))).
    { apply V; [simpl; rewrite repeat_length; reflexivity | intros; lia]. }
    inversion E as [| a l H]. lra.
  - destruct (zero_or_not n vs) as [Z | (us & w & ws & -> & W)].
    + apply Nat.le_trans with n; [apply IH, independent_fewer; assumption | auto].
    + pose proof (IH _ (independent_cut n us w ws W V)) as B.
      rewrite map_length, app_length in B. rewrite app_length. cbn [length]. unfold vector in *. lia.
Qed.

Lemma same_length {A B} (r : A -> B -> Prop) l m : Forall2 r l m -> length l = length m.
Proof. intros F. induction F; simpl; congruence. Qed.

Definition column (c : list R) : vector := fun k => nth k c 0.

(* So vectors in the span of n vectors are no more than n, if they are independent. *)
Theorem independent_in_span n vs ws : independent n vs ->
  (forall v, In v vs -> exists c, length c = length ws /\ forall i, (i < n)%nat -> v i = combination c ws i) ->
  (length vs <= length ws)%nat.
Proof.
  intros V S.
  assert (M : exists cs : list (list R), Forall2 (fun (v : vector) (c : list R) => length c = length ws /\
                forall i, (i < n)%nat -> v i = combination c ws i) vs cs).
  { clear V. induction vs as [| v vs IH]; [exists []; constructor |].
    destruct IH as [cs C]; [intros; apply S; simpl; auto |].
    destruct (S v) as [c Hc]; [simpl; auto |]. exists (c :: cs). constructor; assumption. }
  destruct M as [cs C]. rewrite (same_length _ _ _ C).
  rewrite <- (map_length column cs). apply independent_bound.
  intros a L H. rewrite map_length in L. apply V; [rewrite L; symmetry; apply (same_length _ _ _ C) |].
  assert (E : forall i, (i < n)%nat -> combination a vs i =
    combination (map (fun k => combination a (map column cs) k) (seq 0 (length ws))) ws i).
  { clear V S H. revert a L. induction C as [| v c vs cs [Lc Hc] C IH]; intros [| q a] L i I; simpl in *;
      try discriminate.
    - assert (G : forall l, combination (map (fun _ : nat => 0) l) ws i = 0).
      { clear. intros l. revert ws. induction l as [| k l IH]; intros [| w ws]; simpl; try reflexivity.
        rewrite IH. ring. }
      symmetry. apply G.
    - injection L as L. rewrite (IH a L i I), (Hc i I).
      assert (G : forall (g : nat -> R) (c : list R) (us : list vector) m, length c = length us ->
        combination (map (fun k => q * nth (k - m) c 0 + g k) (seq m (length us))) us i =
        q * combination c us i + combination (map g (seq m (length us))) us i).
      { clear. intros g c us. revert c. induction us as [| u us IH]; intros [| b c] m L; simpl in *;
          try discriminate; [ring |].
        injection L as L. rewrite Nat.sub_diag. simpl. specialize (IH c (S m) L).
        rewrite <- (map_ext_in (fun k => q * nth (k - m) (b :: c) 0 + g k)) in IH.
        { change (fun k : nat => q * match (k - m)%nat with 0%nat => b | S m0 => nth m0 c 0 end + g k)
            with (fun k : nat => q * nth (k - m) (b :: c) 0 + g k). rewrite IH. ring. }
        intros k K. apply in_seq in K. replace (k - m)%nat with (S (k - S m)) by lia. reflexivity. }
      specialize (G (fun k => combination a (map column cs) k) c ws 0%nat Lc).
      rewrite <- G. erewrite map_ext; [reflexivity |]. intros k. simpl. rewrite Nat.sub_0_r. reflexivity. }
  intros i I. rewrite (E i I).
  assert (Z : forall l us, (forall k, In k l -> (k < length ws)%nat) ->
    combination (map (fun k => combination a (map column cs) k) l) us i = 0).
  { induction l as [| k l IH]; intros [| u us] K; simpl; try reflexivity.
    rewrite IH, H by (intros; apply K; simpl; auto). ring. }
  apply Z. intros k K. apply in_seq in K. lia.
Qed.

(* n independent vectors of R^n span it. *)
Lemma independent_span n vs u : independent n vs -> length vs = n ->
  exists c, length c = length vs /\ forall i, (i < n)%nat -> u i = combination c vs i.
Proof.
  intros V L. assert (N : ~ independent n (u :: vs)).
  { intros I. apply independent_bound in I. simpl in I. unfold vector in *. lia. }
  apply not_all_ex_not in N. destruct N as [c N]. apply imply_to_and in N. destruct N as [Lc N].
  apply imply_to_and in N. destruct N as [Z N]. destruct c as [| a c]; [discriminate |]. injection Lc as Lc.
  assert (A : a <> 0).
  { intros ->. apply N. constructor; [reflexivity |]. apply (V c Lc). intros i I. specialize (Z i I). simpl in Z. lra. }
  exists (map (Rmult (- / a)) c). split; [rewrite map_length; exact Lc |]. intros i I.
  rewrite combination_scale. specialize (Z i I). simpl in Z. apply (Rmult_eq_reg_l a); [| exact A].
  replace (combination c vs i) with (- (a * u i)) by lra. field. exact A.
Qed.

(* What is orthogonal to all ks is in the span of ts, if the ts are orthogonal to the ks and all together are n. *)
Lemma kernel_span n ks ts u : independent n (ks ++ ts) -> length (ks ++ ts) = n ->
  (forall k t, In k ks -> In t ts -> dot n k t = 0) -> (forall k, In k ks -> dot n k u = 0) ->
  exists c, forall i, (i < n)%nat -> u i = combination c ts i.
Proof.
  intros V L O K. destruct (independent_span n _ u V L) as (c & Lc & E). rewrite app_length in Lc.
  assert (L1 : length (firstn (length ks) c) = length ks) by (rewrite firstn_length; lia).
  rewrite <- (firstn_skipn (length ks) c) in E.
  set (a := firstn (length ks) c) in *. set (b := skipn (length ks) c) in *. exists b.
  assert (P : forall w, (forall k, In k ks -> dot n k w = 0) -> dot n (combination a ks) w = 0).
  { intros w H. rewrite dot_linear. apply real_total_zero. intros [q v] I. simpl. apply in_combine_r in I.
    rewrite H by exact I. ring. }
  assert (Z : dot n (combination a ks) (combination a ks) = 0).
  { rewrite (dot_same n _ (combination a ks) _ (fun i => u i + -1 * combination b ts i)); [| reflexivity |].
    - rewrite dot_plus, dot_scale, (P u K), (P (combination b ts)); [ring |]. intros k I.
      rewrite dot_commutes, dot_linear. apply real_total_zero. intros [q t] J. simpl. apply in_combine_r in J.
      rewrite dot_commutes, (O k t I J). ring.
    - intros i I. rewrite (E i I), combination_app by exact L1. ring. }
  intros i I. rewrite (E i I), combination_app by exact L1. rewrite (dot_definite n _ Z i I). ring.
Qed.

(* ------------------------------------------------------------------ near a point *)

Definition near (x : point) (P : point -> Prop) : Prop := exists d, 0 < d /\ forall y, close d x y -> P y.

Lemma near_and x P Q : near x P -> near x Q -> near x (fun y => P y /\ Q y).
Proof.
  intros (d & D & HP) (e & E & HQ). exists (Rmin d e). split; [apply Rmin_pos; assumption |].
  intros y C. pose proof (Rmin_l d e). pose proof (Rmin_r d e).
  split; [apply HP | apply HQ]; intros j; specialize (C j); lra.
Qed.

Lemma near_weaken x (P Q : point -> Prop) : (forall y, P y -> Q y) -> near x P -> near x Q.
Proof. intros H (d & D & N). exists d. auto. Qed.

Lemma near_nonzero f x : tame f -> f x <> 0 -> near x (fun y => f y <> 0).
Proof.
  intros F N. destruct (F x) as (C & C0 & H). pose proof (Rabs_pos_lt _ N) as P.
  set (d := Rmin 1 (Rabs (f x) / (2 * (C + 1)))).
  assert (P' : 0 < Rabs (f x) / (2 * (C + 1))) by (apply Rdiv_lt_0_compat; lra).
  assert (D : 0 < d) by (apply Rmin_pos; lra).
  exists d. split; [exact D |]. intros y K Z.
  assert (D1 : 0 <= d <= 1) by (split; [lra | apply Rmin_l]).
  specialize (H d y D1 K). rewrite Z, Rminus_0_r in H.
  assert (D2 : d <= Rabs (f x) / (2 * (C + 1))) by apply Rmin_r.
  assert (C * d <= (C + 1) * (Rabs (f x) / (2 * (C + 1)))).
  { apply Rmult_le_compat; lra. }
  replace ((C + 1) * (Rabs (f x) / (2 * (C + 1)))) with (Rabs (f x) / 2) in * by (field; lra). lra.
Qed.

(* Vectors that depend tamely on the point and are independent at x are independent near x: no minor is needed,
   elimination is the same at all points near. *)
Theorem independent_near n x (fs : list (point -> vector)) :
  (forall f, In f fs -> forall i, (i < n)%nat -> tame (fun y => f y i)) ->
  independent n (map (fun f => f x) fs) -> near x (fun y => independent n (map (fun f => f y) fs)).
Proof.
  revert fs. induction n as [| n IH]; intros fs F V.
  - pose proof (independent_bound _ _ V) as L. destruct fs as [| f fs]; [| simpl in L; lia].
    exists 1. split; [lra |]. intros y _. exact V.
  - destruct (zero_or_not n (map (fun f => f x) fs)) as [Z | (us & w & ws & E & W)].
    + assert (N : near x (fun y => independent n (map (fun f => f y) fs))).
      { apply IH; [intros f I i L; apply F; [exact I | lia] | apply independent_fewer; assumption]. }
      revert N. apply near_weaken. intros y I c L H. apply (I c L). intros i K. apply H. lia.
    + apply map_eq_app in E. destruct E as (fus & gs & -> & <- & E).
      apply map_eq_cons in E. destruct E as (f & fws & -> & <- & <-).
      set (g := fun (u : point -> vector) (y : point) => cut n (f y) (u y) : vector).
      assert (M : forall y, map (fun h => h y) (map g (fus ++ fws)) =
                            map (cut n (f y)) (map (fun h => h y) fus ++ map (fun h => h y) fws)).
      { intros y. rewrite <- map_app, !map_map. reflexivity. }
      assert (N : near x (fun y => independent n (map (fun h => h y) (map g (fus ++ fws))))).
      { apply IH.
        - intros h I i L. apply in_map_iff in I. destruct I as (u & <- & I).
          assert (U : In u (fus ++ f :: fws)) by (apply in_app_iff; apply in_app_iff in I; simpl; tauto).
          assert (Fi : In f (fus ++ f :: fws)) by (apply in_app_iff; simpl; tauto).
          assert (S : tame (fun y => f y n * u y i + (-1) * (u y n * f y i))).
          { apply tame_plus; [apply tame_times | apply tame_times; [apply tame_constant | apply tame_times]];
              apply F; (assumption || lia). }
          intros z. destruct (S z) as (C & C0 & H). exists C. split; [exact C0 |]. intros d y D K.
          specialize (H d y D K). unfold g, cut.
          replace (f z n * u z i - u z n * f z i - (f y n * u y i - u y n * f y i)) with
            (f z n * u z i + -1 * (u z n * f z i) - (f y n * u y i + -1 * (u y n * f y i))) by ring. exact H.
        - rewrite M. apply independent_cut; [exact W |]. rewrite map_app in V. exact V. }
      assert (P : near x (fun y => f y n <> 0)).
      { apply (near_nonzero (fun y => f y n)); [| exact W]. apply F; [apply in_app_iff; simpl; tauto | lia]. }
      generalize (near_and x _ _ N P). apply near_weaken. intros y (I & Y). rewrite map_app.
      apply independent_uncut; [exact Y |]. rewrite <- M. exact I.
Qed.
