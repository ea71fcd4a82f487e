From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lia Lqa.
From Conslaw Require Import Polynomials RealValues Independence Models Ranks Sparse Laws Lie.
Import ListNotations.
Local Open Scope Q_scope.

(* ------------------------------------------------------------------ words *)

(* Words: [a; b; c] stands for [f_a, [f_b, f_c]], and f_a is an integer combination of fields of W. *)
Definition combine_fields (W : list field) (f : list (N * Z)) : field :=
  fun i => sum (map (fun gc => times (inject_Z (snd gc)) [] (nth (N.to_nat (fst gc)) W (fun _ => []) i)) f).

Fixpoint word (D : nat) (fs : list field) (w : list nat) : field :=
  match w with
  | [] => fun _ => []
  | a :: w' =>
      let f := nth a fs (fun _ => []) in
      match w' with [] => f | _ => memo D (bracket f (word D fs w')) end
  end.

Definition some {A} (l : list A) : bool := match l with [] => false | _ => true end.

Definition fields_check (generators : nat) (fs : list (list (N * Z))) : bool :=
  forallb (fun f => some f && forallb (fun gc => Nat.ltb (N.to_nat (fst gc)) generators) f) fs.

Definition letters (D : nat) (W : list field) (fs : list (list (N * Z))) : list field :=
  map (fun f => memo D (combine_fields W f)) fs.


Lemma Lie_same_values W X Y : (forall x i, eval x (X i) == eval x (Y i)) -> Lie W X -> Lie W Y.
Proof. intros E. apply Lie_same. intros x i. apply real_same. intros y. apply E. Qed.

Lemma combine_in_Lie D W f : some f = true -> forallb (fun gc => Nat.ltb (N.to_nat (fst gc)) (length W)) f = true ->
  Lie W (memo D (combine_fields W f)).
Proof.
  intros S H. apply (Lie_same_values W (combine_fields W f)); [intros; rewrite memo_same; reflexivity |].
  assert (N : exists v, In v W).
  { destruct f as [| [g c] f]; [discriminate |]. simpl in H. apply andb_prop in H. destruct H as [H _].
    apply Nat.ltb_lt in H. exists (nth (N.to_nat g) W (fun _ => [])). apply nth_In. exact H. }
  destruct N as [v V]. clear S. induction f as [| [g c] f IH].
  - apply (Lie_same_values W (fun i => times 0 [] (v i))); [| apply Lie_times, Lie_in, V].
    intros x i. rewrite eval_times. simpl. ring.
  - simpl in H. apply andb_prop in H. destruct H as [G H]. apply Nat.ltb_lt in G.
    apply (Lie_same_values W (fun i =>
      add (times (inject_Z c) [] (nth (N.to_nat g) W (fun _ => []) i)) (combine_fields W f i))).
    + intros x i. unfold combine_fields. rewrite eval_add, !eval_sum. reflexivity.
    + apply Lie_add; [| exact (IH H)]. apply (Lie_times W (inject_Z c)), Lie_in, nth_In, G.
Qed.

Lemma word_in_Lie D W fs w : fields_check (length W) fs = true -> some w = true ->
  forallb (fun a => Nat.ltb a (length fs)) w = true -> Lie W (word D (letters D W fs) w).
Proof.
  intros F. induction w as [| a w IH]; intros S H; [discriminate |].
  simpl in H. apply andb_prop in H. destruct H as [A H]. apply Nat.ltb_lt in A.
  assert (L : Lie W (nth a (letters D W fs) (fun _ => []))).
  { unfold fields_check in F. rewrite forallb_forall in F. unfold letters.
    rewrite (nth_indep _ _ (memo D (combine_fields W []))) by (rewrite map_length; exact A).
    rewrite (map_nth (fun f => memo D (combine_fields W f))).
    specialize (F (nth a fs []) (nth_In fs [] A)). apply andb_prop in F. apply combine_in_Lie; apply F. }
  destruct w as [| b w]; [exact L |].
  apply (Lie_same_values W (bracket (nth a (letters D W fs) (fun _ => [])) (word D (letters D W fs) (b :: w)))).
  - intros x i. change (word D (letters D W fs) (a :: b :: w)) with
      (memo D (bracket (nth a (letters D W fs) (fun _ => [])) (word D (letters D W fs) (b :: w)))).
    rewrite memo_same. reflexivity.
  - apply Lie_bracket; [exact L | exact (IH eq_refl H)].
Qed.

(* The same with sparse fields. *)
Definition sparse_sum (ls : list sparse) (f : list (N * Z)) : sparse :=
  tidy (flat_map (fun gc =>
    map (fun e => (fst e, times (inject_Z (snd gc)) [] (snd e))) (nth (N.to_nat (fst gc)) ls [])) f).

Definition sparse_letter (ls : list sparse) (f : list (N * Z)) : sparse :=
  match f with [(g, c)] => if (c =? 1)%Z then nth (N.to_nat g) ls [] else sparse_sum ls f | _ => sparse_sum ls f end.

Fixpoint sparse_word (fs : list sparse) (w : list nat) : sparse :=
  match w with
  | [] => []
  | a :: w' => let f := nth a fs [] in match w' with [] => f | _ => sparse_bracket f (sparse_word fs w') end
  end.

Lemma stands_letter D ls W f : Forall2 stands ls W -> stands (sparse_letter ls f) (memo D (combine_fields W f)).
Proof.
  intros S. assert (M : stands (sparse_sum ls f) (memo D (combine_fields W f))).
  { intros x i. rewrite memo_same. unfold combine_fields, sparse_sum.
    rewrite eval_tidy, eval_sum, eval_coordinate, total_map, total_flat_map. apply total_same. intros [g c] _.
    rewrite eval_times, total_map. transitivity (inject_Z c * eval x (coordinate (nth (N.to_nat g) ls []) i)).
    - rewrite (stand_nth ls W (N.to_nat g) S x i). simpl. ring.
    - rewrite eval_coordinate, <- total_scale. apply total_same. intros e _. simpl.
      destruct (Pos.eqb (fst e) i); [rewrite eval_times; simpl |]; ring. }
  destruct f as [| [g c] [| d f]]; try exact M. unfold sparse_letter.
  destruct (Z.eqb_spec c 1) as [-> | _]; [| exact M].
  intros x i. rewrite memo_same. unfold combine_fields. rewrite eval_sum. simpl.
  rewrite eval_times, (stand_nth ls W (N.to_nat g) S x i). simpl. unfold inject_Z. ring.
Qed.

Lemma stands_word D fs vs w : Forall2 stands fs vs -> stands (sparse_word fs w) (word D vs w).
Proof.
  intros S. induction w as [| a w IH]; [intros x i; reflexivity |].
  destruct w as [| b w]; [exact (stand_nth fs vs a S) |]. intros x i.
  change (word D vs (a :: b :: w)) with (memo D (bracket (nth a vs (fun _ => [])) (word D vs (b :: w)))).
  rewrite memo_same. exact (stands_bracket _ _ _ _ (stand_nth fs vs a S) IH x i).
Qed.

(* ------------------------------------------------------------------ values modulo p *)

Local Opaque inverse.

Section Modulo.
  Variables (p : Z) (red : Z -> Z) (prod : Z -> Z -> Z).
  Hypothesis red_divides : forall z, (p | z - red z)%Z.
  Hypothesis prod_divides : forall a b, (p | a * b - prod a b)%Z.

  (* A fraction whose denominator has an inverse, and the integer that it is. *)
  Definition good (q : Q) : bool :=
    match Qden q with xH => true | d => (red (Zpos d * inverse p (Zpos d)) =? 1)%Z end.
  Definition whole (q : Q) : Z :=
    match Qden q with xH => red (Qnum q) | d => red (Qnum q * inverse p (Zpos d)) end.

  Fixpoint mod_mono (x : positive -> Z) (m : monomial) : Z :=
    match m with [] => 1%Z | j :: m' => prod (x j) (mod_mono x m') end.

  (* The value, and the slope in the direction y. *)
  Fixpoint mod_jet (x y : positive -> Z) (m : monomial) : Z * Z :=
    match m with
    | [] => (1, 0)%Z
    | j :: m' => let (a, b) := mod_jet x y m' in (prod (x j) a, red (prod (y j) a + prod (x j) b))
    end.

  Definition mod_eval (x : positive -> Z) (f : poly) : Z :=
    fold_right (fun t s => red (prod (whole (fst t)) (mod_mono x (snd t)) + s)) 0%Z f.
  Definition mod_slope (x y : positive -> Z) (f : poly) : Z :=
    fold_right (fun t s => red (prod (whole (fst t)) (snd (mod_jet x y (snd t))) + s)) 0%Z f.

  (* Entries by coordinate, those for the same one added. *)
  Definition collect (l : list (positive * Z)) : positive -> Z :=
    let t := gather l in fun i => red (fold_right Z.add 0%Z (here t i)).

  Definition fine_poly (f : poly) : bool := forallb (fun t => good (fst t)) f.
  Definition fine (l : sparse) : bool := forallb (fun e => fine_poly (snd e)) l.
  Definition mod_values (D : nat) (x : positive -> Z) (l : sparse) : positive -> Z :=
    memo D (collect (map (fun e => (fst e, mod_eval x (snd e))) l)).

  (* The value of a word at x, if its fractions are good: of a letter, from its sparse field and its value. *)
  Definition word_row (D : nat) (x : positive -> Z) (fs : list (sparse * (positive -> Z))) (w : list nat)
    : bool * (positive -> Z) :=
    let letter a := nth a fs ([], fun _ => 0%Z) in
    match w with
    | [] => (false, fun _ => 0%Z)
    | a :: w' =>
        let f := letter a in
        let bracket_row (g : sparse * (positive -> Z)) := collect
          (map (fun e => (fst e, mod_slope x (snd g) (snd e))) (fst f) ++
           map (fun e => (fst e, (- mod_slope x (snd f) (snd e))%Z)) (fst g)) in
        match w' with
        | [] => (true, snd f)
        | [b] => (true, bracket_row (letter b))
        | _ => let l := sparse_word (map fst fs) w' in (fine l, bracket_row (l, mod_values D x l))
        end
    end.

  Lemma red_residue q z : residue p q z -> residue p q (red z).
  Proof. apply residue_change, red_divides. Qed.

  Lemma prod_residue q a r b : residue p q a -> residue p r b -> residue p (q * r) (prod a b).
  Proof. intros A B. apply (residue_change p _ (a * b)%Z); [apply prod_divides | apply residue_times; assumption]. Qed.

  Lemma unit_residue n d u : red (Zpos d * u) = 1%Z -> residue p (n # d) (red (n * u)).
  Proof.
    intros G. apply red_residue. destruct (red_divides (Zpos d * u)) as [k K]. rewrite G in K.
    apply (residue_units p _ _ (Zpos d) u n).
    - exists k. lia.
    - unfold Qeq, Qmult, inject_Z. cbn [Qnum Qden]. rewrite Pos.mul_1_r. ring.
    - exists (- n * k)%Z. replace (- n * k * p)%Z with (- n * (k * p))%Z by ring. rewrite <- K. ring.
  Qed.

  Lemma whole_residue q : good q = true -> residue p q (whole q).
  Proof.
    destruct q as [n d]. unfold good, whole. cbn [Qden Qnum].
    destruct d as [d | d |]; intros G; try (apply unit_residue, Z.eqb_eq, G). apply red_residue, residue_whole.
  Qed.

  Lemma mono_residue X x m : (forall j, residue p (X j) (x j)) -> residue p (eval_mono X m) (mod_mono x m).
  Proof.
    intros H. induction m as [| j m IH]; simpl; [exact (residue_whole p 1) |].
    apply prod_residue; [apply H | exact IH].
  Qed.

  Lemma jet_residue X x Y y m : (forall j, residue p (X j) (x j)) -> (forall j, residue p (Y j) (y j)) ->
    residue p (eval_mono X m) (fst (mod_jet x y m)) /\ residue p (slope_mono X Y m) (snd (mod_jet x y m)).
  Proof.
    intros H K. induction m as [| j m [IH IH']]; simpl.
    { split; [exact (residue_whole p 1) | exact (residue_whole p 0)]. }
    destruct (mod_jet x y m) as [a b]. simpl in *. split; [apply prod_residue; [apply H | exact IH] |].
    apply red_residue, residue_plus; apply prod_residue; first [apply H | apply K | assumption].
  Qed.

  Lemma eval_residue X x f : (forall j, residue p (X j) (x j)) -> fine_poly f = true ->
    residue p (eval X f) (mod_eval x f).
  Proof.
    intros H. induction f as [| [c m] f IH]; simpl; intros G; [exact (residue_whole p 0) |].
    apply andb_prop in G. destruct G as [G G']. apply red_residue, residue_plus; [| exact (IH G')].
    apply prod_residue; [apply whole_residue, G | apply mono_residue, H].
  Qed.

  Lemma slope_residue X x Y y f : (forall j, residue p (X j) (x j)) -> (forall j, residue p (Y j) (y j)) ->
    fine_poly f = true -> residue p (slope X Y f) (mod_slope x y f).
  Proof.
    intros H K. induction f as [| [c m] f IH]; simpl; intros G; [exact (residue_whole p 0) |].
    apply andb_prop in G. destruct G as [G G']. apply red_residue, residue_plus; [| exact (IH G')].
    apply prod_residue; [apply whole_residue, G | apply (jet_residue X x Y y m H K)].
  Qed.

  Lemma collect_residue {A} (f : A -> Q) (g : A -> Z) (l : list (positive * A)) i :
    (forall e, In e l -> residue p (f (snd e)) (g (snd e))) ->
    residue p (total (fun e => if Pos.eqb (fst e) i then f (snd e) else 0) l)
      (fold_right Z.add 0%Z (pick i (map (fun e => (fst e, g (snd e))) l))).
  Proof.
    intros H. induction l as [| e l IH]; simpl; [exact (residue_whole p 0) |].
    specialize (IH (fun d I => H d (or_intror I))). specialize (H e (or_introl eq_refl)).
    destruct (Pos.eqb (fst e) i); simpl; [apply residue_plus; assumption |].
    apply (residue_same p (total (fun e => if Pos.eqb (fst e) i then f (snd e) else 0) l)); [ring | exact IH].
  Qed.

  Lemma fine_all l : fine l = true -> forall e, In e l -> fine_poly (snd e) = true.
  Proof. unfold fine. rewrite forallb_forall. auto. Qed.

  Lemma values_residue D X x l i : (forall j, residue p (X j) (x j)) -> fine l = true ->
    residue p (eval X (coordinate l i)) (mod_values D x l i).
  Proof.
    intros H F. unfold mod_values. rewrite memo_same. unfold collect. rewrite here_gather. apply red_residue.
    eapply residue_same; [symmetry; apply eval_coordinate |].
    apply (collect_residue (eval X) (mod_eval x)). intros e I.
    apply eval_residue; [exact H |]. apply (fine_all l F e I).
  Qed.

  (* A letter, what it stands for, and its value. *)
  Definition ready (X : positive -> Q) (f : sparse * (positive -> Z)) (v : field) : Prop :=
    stands (fst f) v /\ fine (fst f) = true /\ forall i, residue p (eval X (v i)) (snd f i).

  Lemma ready_values D X x l v : (forall j, residue p (X j) (x j)) -> stands l v -> fine l = true ->
    ready X (l, mod_values D x l) v.
  Proof.
    intros H S F. split; [exact S |]. split; [exact F |]. intros i. eapply residue_same; [symmetry; apply S |].
    apply values_residue; assumption.
  Qed.

  Lemma ready_nth X fs vs a : Forall2 (ready X) fs vs ->
    ready X (nth a fs ([], fun _ => 0%Z)) (nth a vs (fun _ => [])).
  Proof.
    intros R. revert a. induction R as [| f v fs vs F R IH]; intros [| a]; simpl; auto; (split; [| split]);
      try (intros x i; reflexivity); try reflexivity; intros i; exact (residue_whole p 0).
  Qed.

  Lemma bracket_residue X x f v g w i : (forall j, residue p (X j) (x j)) -> ready X f v -> ready X g w ->
    residue p (eval X (bracket v w i)) (collect
      (map (fun e => (fst e, mod_slope x (snd g) (snd e))) (fst f) ++
       map (fun e => (fst e, (- mod_slope x (snd f) (snd e))%Z)) (fst g)) i).
  Proof.
    intros H (V & F & A) (U & G & B). unfold collect. rewrite here_gather. apply red_residue.
    eapply residue_same; [symmetry; rewrite eval_bracket, (stands_slope _ v _ _ _ V), (stands_slope _ w _ _ _ U),
      !slope_coordinate; reflexivity |].
    assert (P : forall l m : list (positive * Z), pick i (l ++ m) = pick i l ++ pick i m) by
      (intros; apply flat_map_app).
    assert (S : forall l m : list Z, fold_right Z.add 0%Z (l ++ m) = (fold_right Z.add 0 l + fold_right Z.add 0 m)%Z).
    { clear. induction l as [| a l IH]; intros m; simpl; [reflexivity | rewrite IH; ring]. }
    rewrite P, S. set (sf := slope X (fun j => eval X (w j))). set (sg := slope X (fun j => eval X (v j))).
    apply (residue_same p (total (fun e => if Pos.eqb (fst e) i then sf (snd e) else 0) (fst f) +
      total (fun e => if Pos.eqb (fst e) i then - sg (snd e) else 0) (fst g))).
    - assert (N : forall l : sparse, total (fun e => if Pos.eqb (fst e) i then - sg (snd e) else 0) l ==
        - total (fun e => if Pos.eqb (fst e) i then sg (snd e) else 0) l).
      { induction l as [| e l IH]; simpl; [ring |]. rewrite IH. destruct (Pos.eqb (fst e) i); ring. }
      rewrite N. ring.
    - apply residue_plus.
      + apply (collect_residue sf (mod_slope x (snd g))). intros e I. apply slope_residue; auto.
        apply (fine_all _ F e I).
      + apply (collect_residue (fun q => - sg q) (fun q => (- mod_slope x (snd f) q)%Z)). intros e I.
        apply (residue_same p (inject_Z (-1) * sg (snd e))); [unfold inject_Z; ring |].
        replace (- mod_slope x (snd f) (snd e))%Z with (-1 * mod_slope x (snd f) (snd e))%Z by ring.
        apply residue_times; [apply residue_whole |]. apply slope_residue; auto. apply (fine_all _ G e I).
  Qed.

  Lemma word_residue D X x fs vs w : (forall j, residue p (X j) (x j)) -> Forall2 (ready X) fs vs ->
    fst (word_row D x fs w) = true -> forall i, residue p (eval X (word D vs w i)) (snd (word_row D x fs w) i).
  Proof.
    intros H R G i. destruct w as [| a [| b w]]; [discriminate | exact (proj2 (proj2 (ready_nth X fs vs a R)) i) |].
    pose proof (ready_nth X fs vs a R) as A.
    change (word D vs (a :: b :: w)) with (memo D (bracket (nth a vs (fun _ => [])) (word D vs (b :: w)))).
    rewrite memo_same. destruct w as [| c w].
    - exact (bracket_residue X x _ _ _ _ i H A (ready_nth X fs vs b R)).
    - refine (bracket_residue X x _ _ _ _ i H A (ready_values D X x _ _ H _ G)). apply stands_word.
      clear - R. induction R as [| f v fs vs F R IH]; constructor; [apply F | exact IH].
  Qed.
End Modulo.

(* ------------------------------------------------------------------ the checks *)

(* The point modulo p. *)
Definition mod_point (p : Z) (red : Z -> Z) (x : list Q) : positive -> Z :=
  let X := point_of x in memo (length x) (fun j => whole p red (X j)).

(* Fields whose values at x are independent modulo p. *)
Definition independent_values (D : nat) (x : list Q) (p : Z) (ls : list sparse) : bool :=
  let red := residues p in
  forallb (good p red) x && forallb (fine p red) ls &&
  let y := mod_point p red x in
  let prod := products p in independent_rows D p (map (fun l => row_to D (mod_values p red prod D y l)) ls).

Definition words_check (D : nat) (ls : list sparse) (x : list Q) (p : Z) (fs : list (list (N * Z)))
  (words : list (list nat)) : bool :=
  fields_check (length ls) fs &&
  forallb (fun w => some w && forallb (fun a => Nat.ltb a (length fs)) w) words &&
  let red := residues p in
  forallb (good p red) x &&
  let y := mod_point p red x in
  let prod := products p in
  let letters := map (fun f => let l := sparse_letter ls f in (l, mod_values p red prod D y l)) fs in
  forallb (fun f => fine p red (fst f)) letters &&
  let rows := map (word_row p red prod D y letters) words in
  forallb fst rows && independent_rows D p (map (fun r => row_to D (snd r)) rows).

Lemma point_residue p x : forallb (good p (residues p)) x = true ->
  forall j, residue p (point_of x j) (mod_point p (residues p) x j).
Proof.
  intros G j. unfold mod_point. rewrite memo_same. apply whole_residue; [apply residues_divide |].
  unfold point_of. rewrite memo_same. rewrite forallb_forall in G.
  destruct (nth_in_or_default (pred (Pos.to_nat j)) x 0) as [I | ->]; [exact (G _ I) | reflexivity].
Qed.

Lemma row_of_field D p x v f : (forall i, residue p (eval (point_of x) (v i)) (f i)) ->
  row_of D p (value (rational (point_of x)) v) (row_to D f).
Proof.
  intros H. exists (fun i => eval (point_of x) (v (Pos.of_succ_nat i))). intros i I.
  split; [apply real_rational |]. rewrite coef_row_to by exact I. apply H.
Qed.

Theorem independent_values_sound D x p ls vs : Forall2 stands ls vs -> independent_values D x p ls = true ->
  independent D (map (value (rational (point_of x))) vs).
Proof.
  intros S H. unfold independent_values in H. rewrite !andb_true_iff in H. destruct H as [[G F] H].
  refine (independent_rows_sound D p _ _ _ H). pose proof (point_residue p x G) as P. rewrite forallb_forall in F.
  clear - S F P. induction S as [| l v ls vs L S IH]; constructor; [| apply IH; intros k K; apply F; right; exact K].
  apply row_of_field. intros i. eapply residue_same; [symmetry; apply L |].
  apply values_residue; [apply residues_divide | apply products_divide | exact P | apply F; left; reflexivity].
Qed.

Theorem words_check_sound D ls W x p fs words : Forall2 stands ls W -> words_check D ls x p fs words = true ->
  Forall (Lie W) (map (word D (letters D W fs)) words) /\
  independent D (map (value (rational (point_of x))) (map (word D (letters D W fs)) words)).
Proof.
  intros S H. unfold words_check in H. cbv zeta in H. rewrite !andb_true_iff in H.
  destruct H as [[F H] [G [R [A I]]]].
  replace (length ls) with (length W) in F by (clear - S; induction S; simpl; congruence). split.
  - apply Forall_forall. intros X J. apply in_map_iff in J. destruct J as (w & <- & J).
    rewrite forallb_forall in H. specialize (H w J). apply andb_prop in H.
    apply word_in_Lie; [exact F | apply H | apply H].
  - refine (independent_rows_sound D p _ _ _ I). pose proof (point_residue p x G) as P.
    set (red := residues p) in *. set (y := mod_point p red x) in *. set (prod := products p) in *.
    assert (L : Forall2 (ready p red (point_of x))
      (map (fun f => let l := sparse_letter ls f in (l, mod_values p red prod D y l)) fs) (letters D W fs)).
    { rewrite forallb_forall in R. clear - S R P. unfold letters. induction fs as [| f fs IH]; constructor.
      - apply ready_values; [apply residues_divide | apply products_divide | exact P | apply stands_letter, S |].
        exact (R _ (or_introl eq_refl)).
      - apply IH. intros z J. apply R. right. exact J. }
    rewrite forallb_forall in A. rewrite !map_map. clear - L A P.
    induction words as [| w words IH]; constructor; [| apply IH; intros z J; apply A; right; exact J].
    apply row_of_field. apply word_residue; [apply residues_divide | apply products_divide | exact P | exact L |].
    exact (A _ (or_introl eq_refl)).
Qed.
