From Coq Require Import List Bool Arith ZArith QArith Lia Lqa.
From Conslaw Require Import Polynomials Models Ranks.
Import ListNotations.
Local Open Scope Q_scope.

(* Fields that are zero in most coordinates, as those of networks are, and their values modulo p: what the checker
   computes with. *)

(* ------------------------------------------------------------------ lists by key *)

(* What stands in a list for the key i; and the same, for all keys, in a tree. *)
Definition pick {A} (i : positive) (l : list (positive * A)) : list A :=
  flat_map (fun e => if Pos.eqb (fst e) i then [snd e] else []) l.

Fixpoint put {A} (t : tree (list A)) (i : positive) (a : A) : tree (list A) :=
  match i, t with
  | xH, leaf => node leaf [a] leaf
  | xH, node l b r => node l (a :: b) r
  | xO j, leaf => node (put leaf j a) [] leaf
  | xO j, node l b r => node (put l j a) b r
  | xI j, leaf => node leaf [] (put leaf j a)
  | xI j, node l b r => node l b (put r j a)
  end.

Definition gather {A} (l : list (positive * A)) : tree (list A) :=
  fold_right (fun e t => put t (fst e) (snd e)) leaf l.

Definition here {A} (t : tree (list A)) (i : positive) : list A := match find t i with Some l => l | None => [] end.

Fixpoint entries {A} (t : tree (list A)) : list (positive * list A) :=
  match t with
  | leaf => []
  | node l a r =>
      map (fun e => (xO (fst e), snd e)) (entries l) ++ (xH, a) :: map (fun e => (xI (fst e), snd e)) (entries r)
  end.

Lemma here_put {A} (t : tree (list A)) i a k : here (put t i a) k = if Pos.eqb i k then a :: here t k else here t k.
Proof.
  revert t k. induction i as [i IH | i IH |]; intros [| l b r] [k | k |]; try reflexivity;
    unfold here in *; simpl; rewrite ?IH; destruct k; reflexivity.
Qed.

Lemma here_gather {A} (l : list (positive * A)) i : here (gather l) i = pick i l.
Proof.
  induction l as [| [k a] l IH]; [destruct i; reflexivity |]. simpl. rewrite here_put, IH.
  destruct (Pos.eqb k i); reflexivity.
Qed.

Lemma pick_entries {A} (t : tree (list A)) i : concat (pick i (entries t)) = here t i.
Proof.
  assert (P : forall B (l m : list (positive * B)) i, pick i (l ++ m) = pick i l ++ pick i m).
  { intros. unfold pick. apply flat_map_app. }
  assert (M : forall (f : positive -> positive) (l : list (positive * list A)) i,
    (forall k, Pos.eqb (f k) i = false) -> pick i (map (fun e => (f (fst e), snd e)) l) = []).
  { intros f l j H. induction l as [| e l IH]; [reflexivity |]. unfold pick in *. simpl. rewrite H, IH. reflexivity. }
  assert (S : forall (f : positive -> positive) (l : list (positive * list A)) i j,
    (forall k, Pos.eqb (f k) i = Pos.eqb k j) -> pick i (map (fun e => (f (fst e), snd e)) l) = pick j l).
  { intros f l j k H. induction l as [| e l IH]; [reflexivity |]. unfold pick in *. simpl. rewrite H, IH. reflexivity. }
  revert i. induction t as [| l IHl a r IHr]; intros i; [destruct i; reflexivity |].
  cbn [entries]. rewrite P. change ((xH, a) :: ?m) with ([(xH, a)] ++ m). rewrite P. destruct i as [i | i |].
  - rewrite (M xO), (S xI _ _ i) by reflexivity. simpl. apply IHr.
  - rewrite (M xI), (S xO _ _ i) by reflexivity. simpl. rewrite app_nil_r. apply IHl.
  - rewrite (M xO), (M xI) by reflexivity. simpl. rewrite app_nil_r. reflexivity.
Qed.

Lemma total_zero {A} (f : A -> Q) l : (forall a, In a l -> f a == 0) -> total f l == 0.
Proof. induction l as [| a l IH]; simpl; intros H; [reflexivity |]. rewrite (H a), IH; auto. ring. Qed.

Lemma total_plus {A} (f g : A -> Q) l : total (fun a => f a + g a) l == total f l + total g l.
Proof. induction l as [| a l IH]; simpl; [ring | rewrite IH; ring]. Qed.

Lemma total_scale {A} c (f : A -> Q) l : total (fun a => c * f a) l == c * total f l.
Proof. induction l as [| a l IH]; simpl; [ring | rewrite IH; ring]. Qed.

Lemma total_swap {A B} (f : A -> B -> Q) l m :
  total (fun a => total (f a) m) l == total (fun b => total (fun a => f a b) l) m.
Proof.
  induction l as [| a l IH]; simpl; [symmetry; apply total_zero; reflexivity |].
  rewrite IH, <- total_plus. reflexivity.
Qed.

Lemma total_app {A} (f : A -> Q) l m : total f (l ++ m) == total f l + total f m.
Proof. induction l as [| a l IH]; simpl; [ring | rewrite IH; ring]. Qed.

Lemma total_flat_map {A B} (f : B -> Q) (g : A -> list B) l :
  total f (flat_map g l) == total (fun a => total f (g a)) l.
Proof. induction l as [| a l IH]; simpl; [reflexivity |]. rewrite total_app, IH. reflexivity. Qed.

Lemma total_concat {A} (f : A -> Q) l : total f (concat l) == total (total f) l.
Proof. induction l as [| a l IH]; simpl; [reflexivity |]. rewrite total_app, IH. reflexivity. Qed.

Lemma total_pick {A} (f : A -> Q) i l :
  total f (pick i l) == total (fun e => if Pos.eqb (fst e) i then f (snd e) else 0) l.
Proof.
  unfold pick. rewrite total_flat_map. apply total_same. intros e _. destruct (Pos.eqb (fst e) i); simpl; ring.
Qed.

(* ------------------------------------------------------------------ sparse fields *)

(* Coordinates that are not listed are zero; what is listed twice is added. *)
Definition sparse := list (positive * poly).
Definition coordinate (l : sparse) (i : positive) : poly := concat (pick i l).
Definition stands (l : sparse) (v : field) : Prop := forall x i, eval x (v i) == eval x (coordinate l i).

Lemma eval_concat x ps : eval x (concat ps) == total (eval x) ps.
Proof. induction ps as [| p ps IH]; simpl; [reflexivity |]. rewrite eval_app, IH. reflexivity. Qed.

Lemma slope_concat x y ps : slope x y (concat ps) == total (slope x y) ps.
Proof. induction ps as [| p ps IH]; simpl; [reflexivity |]. rewrite slope_app, IH. reflexivity. Qed.

Lemma eval_coordinate x l i :
  eval x (coordinate l i) == total (fun e => if Pos.eqb (fst e) i then eval x (snd e) else 0) l.
Proof. unfold coordinate. rewrite eval_concat. apply total_pick. Qed.

Lemma slope_coordinate x y l i :
  slope x y (coordinate l i) == total (fun e => if Pos.eqb (fst e) i then slope x y (snd e) else 0) l.
Proof. unfold coordinate. rewrite slope_concat. apply total_pick. Qed.

Lemma stands_slope l v x y i : stands l v -> slope x y (v i) == slope x y (coordinate l i).
Proof. intros S. apply same_values_same_slope. intros z. apply S. Qed.

(* With one polynomial for each coordinate. *)
Definition joined (join : list poly -> poly) (l : sparse) : sparse :=
  map (fun e => (fst e, join (snd e))) (entries (gather l)).

Lemma eval_joined join x l i : (forall ps, eval x (join ps) == total (eval x) ps) ->
  eval x (coordinate (joined join l) i) == eval x (coordinate l i).
Proof.
  intros J. unfold coordinate at 2. rewrite <- here_gather, <- pick_entries, eval_concat, total_concat, total_pick.
  rewrite eval_coordinate. unfold joined. rewrite total_map. apply total_same. intros e _. simpl.
  destruct (Pos.eqb (fst e) i); [apply J | reflexivity].
Qed.

Definition tidy : sparse -> sparse := joined sum.

Lemma eval_tidy x l i : eval x (coordinate (tidy l) i) == eval x (coordinate l i).
Proof. apply eval_joined. intros ps. apply eval_sum. Qed.

(* Terms that are in order already, where only neighbours can be added. *)
Fixpoint neighbours (c : Q) (m : monomial) (p : poly) : poly :=
  match p with
  | [] => [(c, m)]
  | (d, n) :: p' => match compare m n with Eq => neighbours (plus c d) m p' | _ => (c, m) :: neighbours d n p' end
  end.

Definition in_order (ps : list poly) : poly :=
  match concat ps with [] => [] | (c, m) :: p => neighbours c m p end.

Lemma eval_in_order x ps : eval x (in_order ps) == total (eval x) ps.
Proof.
  rewrite <- eval_concat. unfold in_order. destruct (concat ps) as [| [c m] p]; [reflexivity |].
  revert c m. induction p as [| [d n] p IH]; intros c m; [reflexivity |]. cbn [neighbours].
  destruct (compare m n) eqn:E; try (simpl in *; rewrite IH; reflexivity).
  apply compare_same in E. subst n. rewrite IH. simpl. rewrite plus_correct. ring.
Qed.

(* All ways to take one factor out of a monomial: the terms of its derivatives. *)
Fixpoint parts (m : monomial) : list (positive * monomial) :=
  match m with [] => [] | j :: m' => (j, m') :: map (fun e => (fst e, j :: snd e)) (parts m') end.

Lemma slope_parts x y m : slope_mono x y m == total (fun e => y (fst e) * eval_mono x (snd e)) (parts m).
Proof.
  induction m as [| j m IH]; simpl; [reflexivity |]. rewrite IH, total_map.
  apply Qplus_comp; [reflexivity |]. rewrite <- total_scale. apply total_same. intros [k n] _. simpl. ring.
Qed.

Definition gradient_of (f : poly) : sparse :=
  flat_map (fun t => map (fun e => (fst e, [(fst t, snd e)])) (parts (snd t))) f.

Lemma slope_gradient x y f : slope x y f == total (fun e => y (fst e) * eval x (snd e)) (gradient_of f).
Proof.
  unfold gradient_of. rewrite total_flat_map. induction f as [| [c m] f IH]; simpl; [reflexivity |].
  rewrite IH, slope_parts, total_map. apply Qplus_comp; [| reflexivity].
  rewrite <- total_scale. apply total_same. intros [k n] _. simpl. ring.
Qed.

Lemma stands_gradient f : stands (gradient_of f) (fun i => partial i f).
Proof.
  intros x i. unfold partial. rewrite eval_along, slope_gradient, eval_coordinate. apply total_same. intros e _.
  unfold unit. rewrite Pos.eqb_sym. destruct (Pos.eqb (fst e) i); simpl; ring.
Qed.

(* Coordinates beyond D are dropped. *)
Definition within (D : nat) (l : sparse) : sparse :=
  let last := Z.of_nat D in filter (fun e => Z.leb (Zpos (fst e)) last) l.

Lemma stands_within D l v : stands l v -> stands (within D l) (on D v).
Proof.
  intros S x i. unfold on. rewrite memo_same, eval_coordinate.
  assert (E : total (fun e => if Pos.eqb (fst e) i then eval x (snd e) else 0) (within D l) ==
    if Nat.leb (Pos.to_nat i) D then total (fun e => if Pos.eqb (fst e) i then eval x (snd e) else 0) l else 0).
  { unfold within. clear S. induction l as [| [k p] l IH]; [simpl; destruct (Nat.leb _ _); reflexivity |].
    cbn [filter fst]. destruct (Z.leb_spec (Zpos k) (Z.of_nat D)), (Nat.leb_spec (Pos.to_nat i) D); simpl;
      rewrite IH; destruct (Pos.eqb_spec k i); try (subst; lia); try ring. }
  rewrite E. destruct (Nat.leb (Pos.to_nat i) D); [| reflexivity].
  transitivity (eval x (coordinate l i)); [apply S | apply eval_coordinate].
Qed.

(* The derivative along a field, <grad h, v>, and the bracket of two fields. *)
Definition along_tree (t : tree (list poly)) (p : poly) : poly :=
  sum (flat_map (fun cm => flat_map (fun e => map (times (fst cm) (snd e)) (here t (fst e))) (parts (snd cm))) p).

Lemma eval_along_tree x l p : eval x (along_tree (gather l) p) == slope x (fun j => eval x (coordinate l j)) p.
Proof.
  unfold along_tree. rewrite eval_sum, total_flat_map. induction p as [| [c m] p IH]; simpl; [reflexivity |].
  rewrite IH, slope_parts, total_flat_map. apply Qplus_comp; [| reflexivity].
  induction (parts m) as [| [j n] q IHq]; simpl; [ring |]. rewrite IHq, total_map, here_gather.
  unfold coordinate. rewrite eval_concat. set (s := total _ q). clearbody s.
  induction (pick j l) as [| f r IHr]; simpl; [ring |]. rewrite eval_times.
  transitivity (c * eval_mono x n * eval x f + (total (fun a => eval x (times c n a)) r + c * s)); [ring |].
  rewrite IHr. ring.
Qed.

Definition negative (p : poly) : poly := times (-1) [] p.

Definition sparse_bracket (X Y : sparse) : sparse :=
  let tX := gather X in
  let tY := gather Y in
  tidy (map (fun e => (fst e, along_tree tY (snd e))) X ++
        map (fun e => (fst e, negative (along_tree tX (snd e)))) Y).

Lemma slope_stands x l v p : stands l v ->
  slope x (fun j => eval x (v j)) p == slope x (fun j => eval x (coordinate l j)) p.
Proof. intros S. apply slope_same. intros j. apply S. Qed.

Lemma stands_bracket l v k w : stands l v -> stands k w -> stands (sparse_bracket l k) (bracket v w).
Proof.
  intros V U x i. rewrite eval_bracket, (slope_stands x k w _ U), (slope_stands x l v _ V),
    (stands_slope l v _ _ _ V), (stands_slope k w _ _ _ U), !slope_coordinate.
  unfold sparse_bracket. rewrite eval_tidy, eval_coordinate, total_app, !total_map. cbn [fst snd].
  assert (F : total (fun e => if Pos.eqb (fst e) i then eval x (negative (along_tree (gather l) (snd e))) else 0) k ==
    - total (fun e => if Pos.eqb (fst e) i then slope x (fun j => eval x (coordinate l j)) (snd e) else 0) k).
  { clear. induction k as [| e k IH]; simpl; [ring |]. rewrite IH. destruct (Pos.eqb (fst e) i); [| ring].
    unfold negative. rewrite eval_times, eval_along_tree. simpl. ring. }
  rewrite F. unfold Qminus. apply Qplus_comp; [| reflexivity]. apply total_same. intros e _.
  destruct (Pos.eqb (fst e) i); [symmetry; apply eval_along_tree | reflexivity].
Qed.

(* <N, v> for a form N. *)
Definition pair_sparse (N : positive -> poly) (l : sparse) : poly :=
  match flat_map (fun e => match N (fst e) with [] => [] | q => [mul q (snd e)] end) l with
  | [] => []
  | ps => sum ps
  end.

Lemma eval_pair_sparse x N l : eval x (pair_sparse N l) == total (fun e => eval x (N (fst e)) * eval x (snd e)) l.
Proof.
  assert (E : eval x (pair_sparse N l) ==
    total (eval x) (flat_map (fun e => match N (fst e) with [] => [] | q => [mul q (snd e)] end) l)).
  { unfold pair_sparse. destruct (flat_map _ l); [reflexivity | apply eval_sum]. }
  rewrite E, total_flat_map. apply total_same. intros e _. destruct (N (fst e)) as [| t q]; [simpl; ring |].
  cbn [total fold_right]. rewrite eval_mul. ring.
Qed.

(* The same of two fields in trees: only what both hold is visited. *)
Definition cross (a b : list poly) (r : list poly) : list poly :=
  fold_right (fun p s => fold_right (fun q s => mul p q :: s) s b) r a.

Fixpoint meet (s t : tree (list poly)) (r : list poly) : list poly :=
  match s, t with
  | node l a k, node l' b k' => meet l l' (cross a b (meet k k' r))
  | _, _ => r
  end.

Definition pair_trees (s t : tree (list poly)) : poly := match meet s t [] with [] => [] | ps => sum ps end.

Lemma total_cross x a b r :
  total (eval x) (cross a b r) == total (eval x) a * total (eval x) b + total (eval x) r.
Proof.
  assert (C : forall p s, total (eval x) (fold_right (fun q s => mul p q :: s) s b) ==
    eval x p * total (eval x) b + total (eval x) s).
  { intros p s. induction b as [| q b IH]; simpl; [ring |]. rewrite IH, eval_mul. ring. }
  unfold cross. induction a as [| p a IH]; simpl; [ring |]. rewrite C, IH. ring.
Qed.

Lemma total_meet x s t r : total (eval x) (meet s t r) ==
  total (fun e => total (eval x) (here s (fst e)) * total (eval x) (snd e)) (entries t) + total (eval x) r.
Proof.
  revert s r. induction t as [| l' IHl b k' IHk]; intros [| l a k] r; try (simpl; ring).
  - transitivity (0 + total (eval x) r); [simpl; ring |]. apply Qplus_comp; [symmetry; apply total_zero | reflexivity].
    intros e _. destruct (fst e); simpl; ring.
  - cbn [meet entries]. rewrite IHl, total_cross, IHk, total_app, !total_map.
    assert (C : forall (g : positive * list poly -> Q) e m, total g (e :: m) = g e + total g m) by reflexivity.
    rewrite C, total_map. unfold here. cbn [fst snd find]. ring.
Qed.

Lemma total_entries x (f : positive -> Q) l :
  total (fun e => f (fst e) * total (eval x) (snd e)) (entries (gather l)) ==
  total (fun e => f (fst e) * eval x (snd e)) l.
Proof.
  assert (P : forall t i p (f : positive -> Q),
    total (fun e => f (fst e) * total (eval x) (snd e)) (entries (put t i p)) ==
    f i * eval x p + total (fun e => f (fst e) * total (eval x) (snd e)) (entries t)).
  { clear. assert (C : forall (g : positive * list poly -> Q) e m, total g (e :: m) = g e + total g m) by reflexivity.
    intros t i p. revert t. induction i as [i IH | i IH |]; intros [| l a k] f; cbn [put entries app map];
      rewrite ?total_app, !C, ?total_map; cbn [fst snd];
      rewrite ?(IH _ (fun j => f (xI j))), ?(IH _ (fun j => f (xO j))); unfold total; simpl; ring. }
  induction l as [| e l IH]; [reflexivity |]. cbn [gather fold_right]. fold (gather l). rewrite P, IH. reflexivity.
Qed.

Lemma eval_pair_trees x k l : eval x (pair_trees (gather k) (gather l)) ==
  total (fun e => total (eval x) (pick (fst e) k) * eval x (snd e)) l.
Proof.
  assert (E : eval x (pair_trees (gather k) (gather l)) == total (eval x) (meet (gather k) (gather l) [])).
  { unfold pair_trees. destruct (meet _ _ _); [reflexivity | apply eval_sum]. }
  rewrite E, total_meet, (total_entries x (fun i => total (eval x) (here (gather k) i))).
  cbn [total fold_right]. rewrite Qplus_0_r. apply total_same. intros e _. rewrite here_gather. reflexivity.
Qed.

(* <grad h, v> *)
Definition slopes (h : poly) : tree (list poly) := gather (tidy (gradient_of h)).

Lemma along_sparse x h l v : stands l v -> eval x (along v h) == eval x (pair_trees (slopes h) (gather l)).
Proof.
  intros S. rewrite eval_along, (slope_stands x l v h S), slope_gradient. unfold slopes. rewrite eval_pair_trees.
  transitivity (total (fun e => total (fun d =>
    if Pos.eqb (fst d) (fst e) then eval x (snd d) * eval x (snd e) else 0) l) (gradient_of h)).
  - apply total_same. intros e _. rewrite eval_coordinate, Qmult_comm, <- total_scale. apply total_same. intros d _.
    destruct (Pos.eqb (fst d) (fst e)); ring.
  - rewrite total_swap. apply total_same. intros d _. rewrite <- eval_concat.
    change (concat (pick (fst d) (tidy (gradient_of h)))) with (coordinate (tidy (gradient_of h)) (fst d)).
    rewrite eval_tidy, eval_coordinate, Qmult_comm, <- total_scale.
    apply total_same. intros e _. rewrite Pos.eqb_sym. destruct (Pos.eqb (fst e) (fst d)); ring.
Qed.

(* ------------------------------------------------------------------ the fields of a model *)

Definition sparse_gradient (D : nat) (f : poly) : sparse :=
  let l := within D (gradient_of f) in match f with [] | [_] => l | _ => joined in_order l end.

Definition sparse_gradients (D : nat) (phi : list poly) : list sparse := map (sparse_gradient D) phi.

(* A field by the list of its coordinates. *)
Fixpoint numbered (i : positive) (f : list poly) : sparse :=
  match f with
  | [] => []
  | [] :: f' => numbered (Pos.succ i) f'
  | p :: f' => (i, p) :: numbered (Pos.succ i) f'
  end.

Definition sparse_fields (D : nat) (fields : list (list poly)) : list sparse :=
  map (fun f => within D (numbered 1 f)) fields.

Lemma stands_numbered f : stands (numbered 1 f) (fun i => nth (pred (Pos.to_nat i)) f []).
Proof.
  intros x i. rewrite eval_coordinate.
  assert (G : forall f k, eval x (if Pos.leb k i then nth (Pos.to_nat i - Pos.to_nat k) f [] else []) ==
    total (fun e => if Pos.eqb (fst e) i then eval x (snd e) else 0) (numbered k f)).
  { clear f. induction f as [| p f IH]; intros k.
    - simpl. destruct (Pos.leb k i); [destruct (Pos.to_nat i - Pos.to_nat k)%nat |]; reflexivity.
    - assert (E : eval x (if Pos.leb k i then nth (Pos.to_nat i - Pos.to_nat k) (p :: f) [] else []) ==
        (if Pos.eqb k i then eval x p else 0) + eval x (if Pos.leb (Pos.succ k) i then
          nth (Pos.to_nat i - Pos.to_nat (Pos.succ k)) f [] else [])).
      { destruct (Pos.leb_spec k i) as [L | L], (Pos.eqb_spec k i) as [N | N], (Pos.leb_spec (Pos.succ k) i) as [M | M];
          try lia; subst; rewrite ?Nat.sub_diag; simpl; try ring.
        replace (Pos.to_nat i - Pos.to_nat k)%nat with (S (Pos.to_nat i - Pos.to_nat (Pos.succ k))) by lia.
        simpl. ring. }
      rewrite E, IH. simpl. destruct p as [| t p]; [| reflexivity]. destruct (Pos.eqb k i); simpl; ring. }
  rewrite <- G. replace (Pos.leb 1 i) with true by (symmetry; apply Pos.leb_le; lia).
  replace (Pos.to_nat i - Pos.to_nat 1)%nat with (pred (Pos.to_nat i)) by lia. reflexivity.
Qed.

Lemma stand_gradients D phi : Forall2 stands (sparse_gradients D phi) (gradients D phi).
Proof.
  induction phi as [| f phi IH]; constructor; [| exact IH].
  pose proof (stands_within D _ _ (stands_gradient f)) as S. unfold sparse_gradient.
  destruct f as [| a [| b f]]; try exact S. intros x i. rewrite (eval_joined in_order x _ i (eval_in_order x)). apply S.
Qed.

Lemma stand_fields D fields : Forall2 stands (sparse_fields D fields) (fields_of D fields).
Proof. induction fields as [| f fields IH]; constructor; [apply stands_within, stands_numbered | exact IH]. Qed.

Lemma stand_nth ls vs n : Forall2 stands ls vs -> stands (nth n ls []) (nth n vs (fun _ => [])).
Proof.
  intros S. revert n. induction S as [| l v ls vs L S IH]; intros [| n]; simpl; auto; intros x i; reflexivity.
Qed.

(* All D coordinates of a field. *)
Definition sparse_on (D : nat) (v : field) : sparse :=
  map (fun k => let i := Pos.of_succ_nat k in (i, v i)) (seq 0 D).

Lemma stands_on D v : is_on D v -> stands (sparse_on D v) v.
Proof.
  intros V x i. rewrite eval_coordinate. unfold sparse_on. rewrite total_map. cbn [fst snd].
  assert (S : forall n, total (fun k => if Pos.eqb (Pos.of_succ_nat k) i then eval x (v (Pos.of_succ_nat k)) else 0)
    (seq 0 n) == if Nat.leb (Pos.to_nat i) n then eval x (v i) else 0).
  { induction n as [| n IH]; [simpl; destruct (Nat.leb_spec (Pos.to_nat i) 0); [lia | reflexivity] |].
    rewrite seq_S, total_app, IH. simpl. destruct (Pos.eqb_spec (Pos.of_succ_nat n) i) as [E | N],
      (Nat.leb_spec (Pos.to_nat i) n), (Nat.leb_spec (Pos.to_nat i) (S n)); try lia; rewrite ?E; ring. }
  rewrite S. destruct (Nat.leb_spec (Pos.to_nat i) D) as [L | L]; [reflexivity | exact (V x i L)].
Qed.
