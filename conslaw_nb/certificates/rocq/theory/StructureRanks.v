From Coq Require Import List Bool Arith ZArith Reals Lra Lia Classical FMapPositive.
From Conslaw Require Import Polynomials RealValues Independence Models Ranks.
Import ListNotations.
Local Open Scope Z_scope.

(* ------------------------------------------------------------------ vectors of integers, modulo p *)

Fixpoint whole_sum (a : list Z) (vs : list (nat -> Z)) (i : nat) : Z :=
  match a, vs with c :: a', v :: vs' => c * v i + whole_sum a' vs' i | _, _ => 0 end.

(* Modulo p only the trivial combination of them is zero. *)
Definition free_modulo (n : nat) (p : Z) (vs : list (nat -> Z)) : Prop :=
  forall a, length a = length vs -> (forall i, (i < n)%nat -> (p | whole_sum a vs i)) -> Forall (fun c => (p | c)) a.

Definition relation (n : nat) (vs : list (nat -> Z)) (a : list Z) : Prop :=
  length a = length vs /\ (forall i, (i < n)%nat -> whole_sum a vs i = 0) /\ ~ Forall (fun c => c = 0) a.

Lemma whole_sum_zeros k vs i : whole_sum (repeat 0 k) vs i = 0.
Proof. revert vs. induction k as [| k IH]; intros [| v vs]; simpl; try reflexivity. rewrite IH. ring. Qed.

Lemma whole_sum_scale c a vs i : whole_sum (map (Z.mul c) a) vs i = c * whole_sum a vs i.
Proof. revert vs. induction a as [| b a IH]; intros [| v vs]; simpl; try ring. rewrite IH. ring. Qed.

Lemma whole_sum_cut t w a vs i :
  whole_sum a (map (whole_cut t w) vs) i = w t * whole_sum a vs i - whole_sum a vs t * w i.
Proof. revert vs. induction a as [| b a IH]; intros [| v vs]; simpl; try ring. rewrite IH. unfold whole_cut. ring. Qed.

(* Integer vectors that depend on each other over the reals do so with integer coefficients. *)
Lemma independent_or_related n vs : independent n (map whole_vector vs) \/ exists a, relation n vs a.
Proof.
  assert (H : forall k vs, length vs = k -> independent n (map whole_vector vs) \/ exists a, relation n vs a).
  { clear vs. induction k as [| k IH]; intros [| v vs] L; try discriminate.
    - left. intros [| c a] L' _; [constructor | discriminate].
    - injection L as L. destruct (classic (exists t, (t < n)%nat /\ v t <> 0)) as [(t & T & N) | Z].
      + destruct (IH (map (whole_cut t v) vs)) as [I | (a & A & B & C)]; [rewrite map_length; exact L | left | right].
        * cbn [map]. apply (independent_pivot n t); [exact T | | rewrite <- whole_cuts; exact I].
          unfold whole_vector. intros E. apply N, eq_IZR, E.
        * rewrite map_length in A. exists (- whole_sum a vs t :: map (Z.mul (v t)) a). split; [| split].
          -- simpl. rewrite map_length, A. reflexivity.
          -- intros i I. specialize (B i I). rewrite whole_sum_cut in B. simpl. rewrite whole_sum_scale. lia.
          -- intros F. apply Forall_inv_tail in F. apply C. rewrite Forall_forall in F |- *. intros c J.
             specialize (F (v t * c) (in_map _ _ _ J)). apply Zmult_integral in F. tauto.
      + right. exists (1 :: repeat 0 k). split; [simpl; rewrite repeat_length, L; reflexivity |]. split.
        * intros i I. cbn [whole_sum]. rewrite whole_sum_zeros.
          destruct (Z.eq_dec (v i) 0) as [E | E]; [rewrite E; ring | exfalso; apply Z; exists i; auto].
        * intros F. apply Forall_inv in F. discriminate. }
  exact (H _ vs eq_refl).
Qed.

Lemma quotients p a : Forall (fun c => (p | c)) a -> exists b, a = map (Z.mul p) b.
Proof.
  induction a as [| c a IH]; intros F; [exists []; reflexivity |].
  destruct (IH (Forall_inv_tail F)) as [b ->]. destruct (Forall_inv F) as [k ->]. exists (k :: b).
  simpl. f_equal. ring.
Qed.

Definition height (a : list Z) : Z := fold_right (fun c s => Z.abs c + s) 0 a.

Lemma height_positive a : 0 <= height a /\ (~ Forall (fun c => c = 0) a -> 0 < height a).
Proof.
  induction a as [| c a [P N]]; simpl; [split; [lia | intros F; destruct F; constructor] |]. split; [lia |].
  intros F. destruct (Z.eq_dec c 0) as [-> | E]; [| lia]. enough (0 < height a) by lia. apply N. intros G.
  apply F. constructor; auto.
Qed.

Lemma height_scale p a : height (map (Z.mul p) a) = Z.abs p * height a.
Proof. induction a as [| c a IH]; simpl; [ring |]. rewrite IH, Z.abs_mul. ring. Qed.

(* One whose coefficients are not all divisible by p: what divides them all is divided out. *)
Lemma related_modulo n p vs a : 1 < p -> relation n vs a ->
  exists b, relation n vs b /\ ~ Forall (fun c => (p | c)) b.
Proof.
  intros P. assert (H : forall k a, height a < Z.of_nat k -> relation n vs a ->
    exists b, relation n vs b /\ ~ Forall (fun c => (p | c)) b).
  { clear a. induction k as [| k IH]; intros a B R; [pose proof (height_positive a); lia |].
    destruct (classic (Forall (fun c => (p | c)) a)) as [F | F]; [| exists a; auto].
    destruct (quotients p a F) as [b ->]. destruct R as (X & Y & N). rewrite map_length in X.
    assert (Rb : relation n vs b).
    { split; [exact X |]. split.
      - intros i I. specialize (Y i I). rewrite whole_sum_scale in Y. apply Zmult_integral in Y. lia.
      - intros G. apply N. rewrite Forall_forall in G |- *. intros c J. apply in_map_iff in J.
        destruct J as (d & <- & J). rewrite (G d J). ring. }
    apply (IH b); [| exact Rb]. rewrite height_scale in B. destruct Rb as (_ & _ & G).
    apply (proj2 (height_positive b)) in G. rewrite Z.abs_eq in B by lia. nia. }
  apply (H (Z.to_nat (height a + 1))). pose proof (height_positive a). lia.
Qed.

Theorem free_is_independent n p vs : 1 < p -> free_modulo n p vs -> independent n (map whole_vector vs).
Proof.
  intros P F. destruct (independent_or_related n vs) as [I | (a & R)]; [exact I | exfalso].
  destruct (related_modulo n p vs a P R) as (b & (L & Z & _) & N). apply N, F; [exact L |].
  intros i I. rewrite (Z i I). apply Z.divide_0_r.
Qed.

(* ------------------------------------------------------------------ elimination, row by row *)

(* s + f r, numbers reduced by red; where both rows are in order so is the sum. *)
Fixpoint merge (red : Z -> Z) (f : Z) (r : row) : row -> row :=
  match r with
  | [] => fun s => s
  | (k, a) :: r' =>
      fix into (s : row) : row :=
        match s with
        | [] => (k, red (f * a)) :: merge red f r' []
        | (l, b) :: s' =>
            match Pos.compare k l with
            | Lt => (k, red (f * a)) :: merge red f r' s
            | Gt => (l, b) :: into s'
            | Eq => let c := red (b + f * a) in if c =? 0 then merge red f r' s' else (k, c) :: merge red f r' s'
            end
        end
  end.

Lemma coef_merge p red f r s i : (forall z, (p | z - red z)) ->
  (p | coef s i + f * coef r i - coef (merge red f r s) i).
Proof.
  intros R. revert s. induction r as [| [k a] r IH]; intros s; [exists 0; simpl; ring |].
  assert (step : forall s, (p | coef s i + f * coef ((k, a) :: r) i - coef ((k, red (f * a)) :: merge red f r s) i)).
  { intros t. cbn [coef]. destruct (IH t) as [x X], (R (f * a)) as [y Y].
    destruct (Pos.eqb k i); [exists (x + y); lia | exists x; exact X]. }
  induction s as [| [l b] s IHs]; [exact (step []) |]. cbn [merge].
  destruct (Pos.compare_spec k l) as [<- | _ | _]; [| exact (step ((l, b) :: s)) |].
  - cbv zeta. destruct (R (b + f * a)) as [y E], (IH s) as [x X].
    destruct (Z.eqb_spec (red (b + f * a)) 0) as [Z | _]; cbn [coef].
    + destruct (Pos.eqb k i); [exists (x + y); lia | exists x; exact X].
    + destruct (Pos.eqb k i); [exists (x + y); lia | exists x; exact X].
  - change ((fix into (s : row) : row := _) s) with (merge red f ((k, a) :: r) s).
    destruct IHs as [x X]. exists x. cbn [coef] in *. destruct (Pos.eqb l i); lia.
Qed.

(* Rows that are kept, by their pivots: for each column the inverse of its entry there, and the row. *)
Definition pivots := PositiveMap.t (Z * row).

(* The first entry that a row has in the column of a pivot. *)
Fixpoint hit (P : pivots) (s : row) : option (positive * (Z * row)) :=
  match s with
  | [] => None
  | (c, _) :: s' => match PositiveMap.find c P with Some ur => Some (c, ur) | None => hit P s' end
  end.

Fixpoint reduced (steps : nat) (red : Z -> Z) (P : pivots) (s : row) : option row :=
  match hit P s with
  | None => Some s
  | Some (c, (u, r)) =>
      match steps with
      | O => None
      | S k => reduced k red P (merge red (red (- coef s c * u)) r s)
      end
  end.

(* Inverses modulo p; those of small numbers are looked up, in a table that is no longer than its use. *)
Definition inverses (uses : nat) (p : Z) : Z -> Z :=
  let small := memo (Nat.min uses 1023) (fun a => inverse p (Zpos a)) in
  fun c => match c with Zpos a => small a | _ => inverse p c end.

(* Whether so many rows are independent modulo p: those that add nothing to the ones before are passed over. That inv
   gives an inverse is checked. *)
Definition kept (steps : nat) (n : Z) (inv red : Z -> Z) (P : pivots) (s : row) : option pivots :=
  match reduced steps red P s with
  | Some (((t, _) :: _) as r) =>
      let c := coef r t in
      let u := inv (red c) in
      if (red (u * c) =? 1) && (Zpos t <=? n) then Some (PositiveMap.add t (u, r) P) else None
  | _ => None
  end.

Fixpoint sift (steps : nat) (n : Z) (inv red : Z -> Z) (wanted : nat) (P : pivots) (rows : list row) : bool :=
  match wanted with
  | O => true
  | S k =>
      match rows with
      | [] => false
      | s :: rest =>
          match kept steps n inv red P s with
          | Some P' => sift steps n inv red k P' rest
          | None => sift steps n inv red wanted P rest
          end
      end
  end.

Definition rank_reaches (n p : Z) (wanted : nat) (rows : list row) : bool :=
  (1 <? p) && sift (2 ^ 12) n (inverses wanted p) (residues p) wanted (PositiveMap.empty _) rows.

(* a + f d *)
Fixpoint shifted (f : Z) (d a : list Z) : list Z :=
  match d, a with x :: d', y :: a' => (y + f * x) :: shifted f d' a' | _, _ => [] end.

Lemma shifted_length f d a : length d = length a -> length (shifted f d a) = length a.
Proof. revert a. induction d as [| x d IH]; intros [| y a] L; simpl in *; try discriminate; auto. Qed.

Lemma whole_sum_shifted f d a vs i : length d = length vs -> length a = length vs ->
  whole_sum (shifted f d a) vs i = whole_sum a vs i + f * whole_sum d vs i.
Proof.
  revert d a. induction vs as [| v vs IH]; intros [| x d] [| y a] L M; simpl in *; try discriminate; [ring |].
  rewrite IH by lia. ring.
Qed.

Lemma shifted_back p f d a : length d = length a -> (p | f) -> Forall (fun c => (p | c)) (shifted f d a) ->
  Forall (fun c => (p | c)) a.
Proof.
  revert a. induction d as [| x d IH]; intros [| y a] L P F; simpl in *; try discriminate; constructor.
  - apply Forall_inv in F. replace y with (y + f * x - f * x) by ring. apply Z.divide_sub_r; [exact F |].
    apply Z.divide_mul_l, P.
  - apply IH; [lia | exact P | exact (Forall_inv_tail F)].
Qed.

Section Sift.
  Variables (n : nat) (p : Z).

  Definition at_ (s : row) (i : nat) : Z := coef s (Pos.of_succ_nat i).

  (* What is kept: each row is a vector and a combination of earlier ones, zero at their pivots. *)
  Inductive sifted : list (nat -> Z) -> pivots -> Prop :=
  | Sifted_none : sifted [] (PositiveMap.empty _)
  | Sifted_one vs Q v t u r d : sifted vs Q -> (t < n)%nat -> length d = length vs -> (p | u * at_ r t - 1) ->
      (forall c, PositiveMap.find c Q <> None -> coef r c = 0) ->
      (forall i, (i < n)%nat -> (p | at_ r i - (v i + whole_sum d vs i))) ->
      sifted (v :: vs) (PositiveMap.add (Pos.of_succ_nat t) (u, r) Q).

  Lemma sifted_free vs Q : sifted vs Q -> forall a, length a = length vs ->
    (forall t, (t < n)%nat -> PositiveMap.find (Pos.of_succ_nat t) Q <> None -> (p | whole_sum a vs t)) ->
    Forall (fun c => (p | c)) a.
  Proof.
    induction 1 as [| vs Q v t u r d S IH T L U Z E]; intros a LA Y; [destruct a; [constructor | discriminate] |].
    destruct a as [| c a]; [discriminate |]. injection LA as LA.
    assert (W : forall i, (i < n)%nat -> (p | whole_sum (c :: a) (v :: vs) i -
      (c * at_ r i + whole_sum (shifted (- c) d a) vs i))).
    { intros i I. rewrite whole_sum_shifted by congruence. destruct (E i I) as [k K]. exists (- c * k). cbn [whole_sum].
      rewrite <- Z.mul_assoc, <- K. ring. }
    assert (F : Forall (fun c => (p | c)) (shifted (- c) d a)).
    { apply IH; [rewrite shifted_length; congruence |]. intros t' T' N.
      assert (Y' : (p | whole_sum (c :: a) (v :: vs) t')).
      { apply Y; [exact T' |]. intros G. apply N. rewrite <- G. symmetry.
        destruct (Pos.eq_dec (Pos.of_succ_nat t') (Pos.of_succ_nat t)) as [e | e].
        - rewrite e, PositiveMap.gss in G. discriminate.
        - apply PositiveMap.gso, e. }
      assert (R0 : at_ r t' = 0) by (apply Z, N). specialize (W t' T'). rewrite R0 in W.
      destruct W as [k K], Y' as [l M]. exists (l - k). rewrite Z.mul_sub_distr_r, <- K, <- M. ring. }
    assert (V : forall i, (p | whole_sum (shifted (- c) d a) vs i)).
    { intros i. generalize (shifted (- c) d a) F. clear. intros b F. revert vs.
      induction F as [| x b X F IH]; intros [| v vs]; simpl; try apply Z.divide_0_r.
      apply Z.divide_add_r; [apply Z.divide_mul_l, X | apply IH]. }
    assert (C : (p | c)).
    { assert (Y' : (p | whole_sum (c :: a) (v :: vs) t)).
      { apply Y; [exact T |]. rewrite PositiveMap.gss. discriminate. }
      destruct (W t T) as [k K], Y' as [l M], (V t) as [m X], U as [z X'].
      exists (u * (l - k - m) - c * z).
      replace ((u * (l - k - m) - c * z) * p) with (u * (l * p - k * p - m * p) - c * (z * p)) by ring.
      rewrite <- K, <- M, <- X, <- X'. ring. }
    constructor; [exact C |]. apply (shifted_back p (- c) d); [congruence | | exact F].
    apply Z.divide_opp_r, C.
  Qed.

  Lemma sifted_rows vs Q : sifted vs Q -> forall c u r, PositiveMap.find c Q = Some (u, r) ->
    exists d, length d = length vs /\ forall i, (i < n)%nat -> (p | at_ r i - whole_sum d vs i).
  Proof.
    induction 1 as [| vs Q v t u r d S IH T L U Z E]; intros c u' r' G.
    - rewrite PositiveMap.gempty in G. discriminate.
    - destruct (Pos.eq_dec c (Pos.of_succ_nat t)) as [-> | e].
      + rewrite PositiveMap.gss in G. injection G as <- <-. exists (1 :: d). split; [simpl; congruence |].
        intros i I. specialize (E i I). cbn [whole_sum]. replace (1 * v i) with (v i) by ring. exact E.
      + rewrite PositiveMap.gso in G by exact e. destruct (IH _ _ _ G) as (d' & L' & E').
        exists (0 :: d'). split; [simpl; congruence |]. intros i I. exact (E' i I).
  Qed.

  Lemma hit_none Q s : hit Q s = None -> forall c, PositiveMap.find c Q <> None -> coef s c = 0.
  Proof.
    induction s as [| [k a] s IH]; intros H c N; [reflexivity |]. simpl in *.
    destruct (PositiveMap.find k Q) eqn:G; [discriminate |]. destruct (Pos.eqb_spec k c) as [-> | e]; [congruence |].
    exact (IH H c N).
  Qed.

  Lemma hit_some Q s c ur : hit Q s = Some (c, ur) -> PositiveMap.find c Q = Some ur.
  Proof.
    induction s as [| [k a] s IH]; simpl; [discriminate |]. destruct (PositiveMap.find k Q) eqn:G; [| exact IH].
    intros H. injection H as -> ->. exact G.
  Qed.

  Lemma reduced_sound vs Q v : sifted vs Q -> forall steps s r, reduced steps (residues p) Q s = Some r ->
    (exists d, length d = length vs /\ forall i, (i < n)%nat -> (p | at_ s i - (v i + whole_sum d vs i))) ->
    (forall c, PositiveMap.find c Q <> None -> coef r c = 0) /\
    exists d, length d = length vs /\ forall i, (i < n)%nat -> (p | at_ r i - (v i + whole_sum d vs i)).
  Proof.
    intros S. induction steps as [| k IH]; intros s r H D; cbn [reduced] in H;
      (destruct (hit Q s) as [[c [u q]] |] eqn:G; [| injection H as <-; split; [apply hit_none, G | exact D]]);
      [discriminate |].
    apply (IH _ _ H). apply hit_some in G. destruct (sifted_rows _ _ S _ _ _ G) as (e & L & E), D as (d & M & D).
    set (f := residues p (- coef s c * u)). clearbody f. exists (shifted f e d).
    split; [rewrite shifted_length; congruence |]. intros i I. rewrite whole_sum_shifted by assumption.
    destruct (D i I) as [k1 K1], (E i I) as [k2 K2],
      (coef_merge p (residues p) f q s (Pos.of_succ_nat i) (residues_divide p)) as [k3 K3].
    exists (k1 + f * k2 - k3). unfold at_ in *.
    replace ((k1 + f * k2 - k3) * p) with (k1 * p + f * (k2 * p) - k3 * p) by ring. rewrite <- K1, <- K2, <- K3. ring.
  Qed.

  Lemma kept_sound steps inv vs Q Q' v s : sifted vs Q -> (forall i, (i < n)%nat -> (p | at_ s i - v i)) ->
    kept steps (Z.of_nat n) inv (residues p) Q s = Some Q' -> sifted (v :: vs) Q'.
  Proof.
    intros S E. unfold kept. destruct (reduced steps (residues p) Q s) as [[| [t' a] r'] |] eqn:H; try discriminate.
    destruct (reduced_sound vs Q v S _ _ _ H) as (Z & d & L & D).
    { exists (repeat 0 (length vs)). split; [apply repeat_length |]. intros i I. rewrite whole_sum_zeros, Z.add_0_r.
      exact (E i I). }
    set (r := (t', a) :: r') in *. clearbody r. cbv zeta. set (u := inv (residues p (coef r t'))).
    destruct (Z.eqb_spec (residues p (u * coef r t')) 1) as [U | _]; [| discriminate].
    destruct (Z.leb_spec (Zpos t') (Z.of_nat n)) as [T | _]; [| discriminate]. intros K. injection K as <-.
    assert (X : exists t, Pos.of_succ_nat t = t') by (exists (pred (Pos.to_nat t')); lia). destruct X as [t <-].
    apply (Sifted_one vs Q v t u r d); auto; [lia |]. rewrite residues_same in U. unfold at_.
    exists (u * coef r (Pos.of_succ_nat t) / p).
    pose proof (Z_div_mod_eq_full (u * coef r (Pos.of_succ_nat t)) p). lia.
  Qed.

  Lemma sift_sound {A} steps inv (F : A -> nat -> Z) (R : A -> row) l : forall wanted bs Q,
    (forall a, In a l -> forall i, (i < n)%nat -> (p | at_ (R a) i - F a i)) -> sifted (map F bs) Q ->
    sift steps (Z.of_nat n) inv (residues p) wanted Q (map R l) = true ->
    exists cs, length cs = wanted /\ incl cs l /\ free_modulo n p (map F (cs ++ bs)).
  Proof.
    induction l as [| a l IH]; intros wanted bs Q E S H; (destruct wanted as [| k];
      [exists []; split; [reflexivity | split; [intros x [] |]]; intros c L Z;
        exact (sifted_free _ _ S c L (fun t T _ => Z t T)) |]);
      [discriminate |].
    cbn [map sift] in H. destruct (kept steps (Z.of_nat n) inv (residues p) Q (R a)) as [Q' |] eqn:G.
    - apply (kept_sound steps inv (map F bs) Q Q' (F a)) in G; [| exact S | apply E; left; reflexivity].
      destruct (IH k (a :: bs) Q' (fun b J => E b (or_intror J)) G H) as (cs & L & I & M).
      exists (cs ++ [a]). split; [rewrite app_length, L; simpl; lia |]. split.
      + intros x J. apply in_app_or in J. destruct J as [J | [<- | []]]; [right; exact (I x J) | left; reflexivity].
      + rewrite <- app_assoc. exact M.
    - destruct (IH (Datatypes.S k) bs Q (fun b J => E b (or_intror J)) S H) as (cs & L & I & M).
      exists cs. split; [exact L | split; [intros x J; right; exact (I x J) | exact M]].
  Qed.
End Sift.

(* Among things whose vectors have these rows there are so many with independent vectors. *)
Theorem rank_reaches_sound {A} n p (F : A -> nat -> Z) (R : A -> row) l wanted :
  (forall a, In a l -> forall i, (i < n)%nat -> coef (R a) (Pos.of_succ_nat i) = F a i) ->
  rank_reaches (Z.of_nat n) p wanted (map R l) = true ->
  exists cs, length cs = wanted /\ incl cs l /\ independent n (map (fun a => whole_vector (F a)) cs).
Proof.
  intros E H. apply andb_prop in H. destruct H as [P H]. apply Z.ltb_lt in P.
  assert (E' : forall a, In a l -> forall i, (i < n)%nat -> (p | at_ (R a) i - F a i)).
  { intros a J i I. unfold at_. rewrite (E a J i I), Z.sub_diag. apply Z.divide_0_r. }
  revert H. generalize (2 ^ 12)%nat, (inverses wanted p). intros steps inv H.
  destruct (sift_sound n p steps inv F R l wanted [] _ E' (Sifted_none n p) H) as (cs & L & I & M).
  exists cs. split; [exact L |]. split; [exact I |]. rewrite app_nil_r in M.
  rewrite <- map_map. exact (free_is_independent n p _ P M).
Qed.
