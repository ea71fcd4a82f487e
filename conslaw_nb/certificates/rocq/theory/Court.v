From Coq Require Import List Bool Arith ZArith QArith Qreals Reals Lia.
From Conslaw Require Export Polynomials RealValues Independence Models Laws Flows Lie Smooth Given.
From Conslaw Require Import Ranks Sparse Words Counts Frames Forms.
From Conslaw Require Import StructureRelu.
From Conslaw Require Export Structure.
Import ListNotations.

(* ------------------------------------------------------------------ models *)

(* A network, a map or a family of fields. Widths go from the input to the output. *)
Inductive model :=
| Linear (widths : list nat)
| Relu (widths : list nat) (bias : bool)
| Factorization (n m r : nat)
| Map (parameters : nat) (components : list poly)
| Fields (parameters : nat) (fields : list (list poly)).

Definition parameters (m : model) : nat :=
  match m with
  | Linear widths => weights (rev widths)
  | Relu widths bias => weights (rev widths) + if bias then biases widths else 0
  | Factorization n m r => n * r + m * r
  | Map d _ | Fields d _ => d
  end.

Definition components (m : model) : option (list poly) :=
  match m with
  | Linear widths => Some (linear widths)
  | Relu widths bias => Some (relu widths bias)
  | Factorization n m r => Some (factorization n m r)
  | Map _ phi => Some phi
  | Fields _ _ => None
  end.

Definition family (m : model) : list field :=
  match m, components m with
  | Fields d fields, _ => fields_of d fields
  | _, Some phi => gradients (parameters m) phi
  | _, None => []
  end.

Lemma family_on m v : In v (family m) -> is_on (parameters m) v.
Proof. destruct m; first [apply gradients_on | apply fields_on]. Qed.

(* What the check computes with: the same fields, without the coordinates that are zero. *)
Definition sparse_family (m : model) : list sparse :=
  match m, components m with
  | Fields d fields, _ => sparse_fields d fields
  | _, Some phi => sparse_gradients (parameters m) phi
  | _, None => []
  end.

Lemma family_stands m : Forall2 stands (sparse_family m) (family m).
Proof. destruct m; first [apply stand_gradients | apply stand_fields]. Qed.

(* A path of the parameters during (a, b): any motion along the fields of the family; and, for a map, gradient flow of
   any loss that sees the parameters through the map alone and is differentiable where it is asked. *)
Definition trains (m : model) (path : R -> point) (a b : R) : Prop :=
  follows (parameters m) (family m) path a b \/
  exists phi loss, components m = Some phi /\
    (forall t, (a < t < b)%R -> exists g, differentiable (length phi) loss (outputs phi (path t)) g) /\
    gradient_flow (parameters m) (fun x => loss (outputs phi x)) path a b.

Lemma trains_follows m path a b : trains m path a b -> follows (parameters m) (family m) path a b.
Proof.
  intros [F | (phi & loss & E & L & G)]; [exact F |].
  destruct m; simpl in E; try discriminate E; injection E as <-; exact (gradient_flow_follows _ _ loss _ _ _ L G).
Qed.

(* ------------------------------------------------------------------ what is said *)

Inductive statement :=
| Conserved (h : poly)
| Not_conserved (h : poly)
| Counted (parameters : nat) (at_point : list Q) (lie laws most : nat) (exactly : bool)
| Framed (parameters : nat) (at_point : list Q) (lie laws most : nat) (exactly : bool)
| Listed (parameters : nat) (at_point : list Q) (lie : nat) (laws : list given) (complete : bool).

Definition holds (m : model) (s : statement) : Prop :=
  let D := parameters m in
  let W := family m in
  match s with
  (* h keeps its value while the network trains, and is not a constant. *)
  | Conserved h =>
      law D W h /\ (forall path a b, trains m path a b -> constant_along (fun x => real x h) path a b) /\
      exists x y, real x h <> real y h
  (* h is not a law: at some point its derivative along a generator is not zero. *)
  | Not_conserved h =>
      over D h = true /\ ~ law D W h /\
      exists v x, In v W /\ real x (along v h) <> 0%R
  (* At all points y near the given one: dim Lie(W)(y) is at least lie and at most D - laws; there are polynomial laws
     with independent gradients at y, as many as laws says, each constant while the network trains; and however smooth
     laws are given on however small an open set around y, no more than most have independent gradients at y. *)
  | Counted d x lie laws most exactly =>
      D = d /\ (exactly = true <-> laws = most) /\ near (rational (point_of x)) (fun y =>
        dim_Lie_at_least D W y lie /\ dim_Lie_at_most D W y (D - laws) /\
        (exists hs, length hs = laws /\ independent D (map (gradient y) hs) /\
           forall h, In h hs -> law D W h /\
             forall path a b, trains m path a b -> constant_along (fun z => real z h) path a b) /\
        smooth_laws_at_most D W y most)
  (* At all points y near the given one dim Lie(W)(y) is exactly lie, and no more than most laws have independent
     gradients at y. That there are as many as laws says, D - lie of them, is the theorem of Frobenius, which is cited
     and not proved here. *)
  | Framed d x lie laws most exactly =>
      D = d /\ (exactly = true <-> laws = most) /\ laws = (D - lie)%nat /\ near (rational (point_of x)) (fun y =>
        dim_Lie_at_least D W y lie /\ dim_Lie_at_most D W y lie /\ smooth_laws_at_most D W y most)
  (* The laws of the list, polynomials or forms: whatever function has the differential of one, on the level sets of
     the laws that it is modulo, keeps its value while the network trains (and polynomials do). At all points y near
     the given one, dim Lie(W)(y) is at least lie and at most D less the number of laws; each differential is closed on
     those level sets, and together they are independent; and no more than D - lie laws,
     however smooth, have independent gradients at y. *)
  | Listed d x lie laws complete =>
      D = d /\ (complete = true <-> (length laws + lie)%nat = D) /\
      each (fun before g =>
        (forall h path a b, trains m path a b ->
           (forall t, (a < t < b)%R -> integral_at D (known before g) g h (path t)) -> constant_along h path a b) /\
        whole_list before g /\
        match g with
        | Polynomial h => law D W h /\
            forall path a b, trains m path a b -> constant_along (fun z => real z h) path a b
        | Form _ _ _ => True
        end) [] laws /\
      near (rational (point_of x)) (fun y =>
        dim_Lie_at_least D W y lie /\ dim_Lie_at_most D W y (D - length laws) /\
        smooth_laws_at_most D W y (D - lie) /\ independent D (map (differential D y) laws) /\
        each (fun before g => closed_on_leaves D (known before g) g y) [] laws)
  end.

(* ------------------------------------------------------------------ what is shown, and the check *)

Inductive evidence :=
| By_identity
| By_value (generator : nat) (at_point : list Q) (value : Q)
| By_laws (prime : Z) (letters : list (list (N * Z))) (words : list (list N)) (laws : list poly)
| By_frame (prime : Z) (letters : list (list (N * Z))) (words : list (list N))
    (multiplier : poly) (generators : list (list poly)) (brackets : list (list (list poly)))
| By_list (prime : Z) (letters : list (list (N * Z))) (words : list (list N))
    (fields : list (list (list poly * poly)))
| By_structure (prime : Z) (words : list rule).

(* Where fields and laws are written out. *)
Definition check_written (m : model) (s : statement) (e : evidence) : bool :=
  let D := parameters m in
  let ls := sparse_family m in
  let places := map (map N.to_nat) in
  match s, e with
  | Conserved h, By_identity => is_law D ls h && varies h
  | Not_conserved h, By_value g x value => refutation_check D ls (point_of x) g h value
  | Counted d x lie laws most exactly, By_laws p letters numbers hs =>
      let words := places numbers in
      numbers_check D d lie laws most exactly (length words) (length hs) &&
      words_check D ls x p letters words && laws_check D ls x p hs
  | Framed d x lie laws most exactly, By_frame p letters numbers multiplier generators brackets =>
      let words := places numbers in
      numbers_check D d lie laws most exactly (length words) (D - length words) &&
      words_check D ls x p letters words &&
      negb (Qeq_bool (fast_eval (point_of x) multiplier) 0) &&
      let W := family m in
      frame_check D W (map (word D (Words.letters D W letters)) words) multiplier generators brackets
  | Listed d x lie laws complete, By_list p letters numbers fields =>
      let words := places numbers in
      Nat.eqb D d && Nat.eqb lie (length words) && Bool.eqb complete (Nat.eqb (length laws + lie) D) &&
      words_check D ls x p letters words && listed_check D ls x p laws fields
  | _, _ => false
  end.

Lemma numbers_exact D P R N M e words laws : numbers_check D P R N M e words laws = true ->
  (e = true <-> N = M) /\ R = words /\ N = laws.
Proof.
  unfold numbers_check. rewrite !andb_true_iff, !Nat.eqb_eq. intros ((((_ & R') & N') & _) & E).
  split; [| split; assumption]. apply Bool.eqb_prop in E. rewrite E. apply Nat.eqb_eq.
Qed.

Lemma counted_means m d x lie laws most exactly : parameters m = d -> (exactly = true <-> laws = most) ->
  near (rational (point_of x)) (counted (parameters m) (family m) lie laws most) ->
  holds m (Counted d x lie laws most exactly).
Proof.
  intros E X N. split; [exact E |]. split; [exact X |]. revert N.
  apply near_weaken. intros y (L & L' & (hs & E' & F & I) & SM). split; [exact L |]. split; [exact L' |].
  split; [| exact SM]. exists hs. split; [exact E' |]. split; [exact I |]. intros h J.
  rewrite Forall_forall in F. split; [exact (F h J) |].
  intros path a b T. apply (laws_are_constant_along_flows _ _ _ _ _ _ (F h J)), trains_follows, T.
Qed.

Lemma check_written_sound m s e : check_written m s e = true -> holds m s.
Proof.
  pose proof (family_stands m) as S.
  destruct s as [h | h | d x lie laws most ex | d x lie laws most ex | d x lie gs ex],
    e as [| g z value | p fs ns hs | p fs ns u us bs | p fs ns ts | p rules]; cbn [check_written holds];
    try discriminate; cbv zeta; try set (words := map (map N.to_nat) ns); rewrite ?andb_true_iff.
  - intros [H V]. apply (is_law_sound _ _ _ _ S) in H. split; [exact H |]. split; [| exact (varies_sound h V)].
    intros path a b T. apply (laws_are_constant_along_flows _ _ _ _ _ _ H), trains_follows, T.
  - intros H. apply (refutation_check_sound _ _ _ _ _ _ _ S) in H. destruct H as (O & I & E & N & F).
    split; [exact O |]. split; [exact F |]. exists (nth g (family m) (fun _ => [])), (rational (point_of z)).
    split; [exact I |]. rewrite E. exact N.
  - intros [[K A] B]. destruct (numbers_exact _ _ _ _ _ _ _ _ K) as (X & _ & _).
    destruct (count_by_laws _ _ _ _ p fs words hs _ _ _ _ _ (family_on m) S K A B) as [E' N].
    exact (counted_means m d x lie laws most ex E' X N).
  - intros [[[K A] Z] B]. destruct (numbers_exact _ _ _ _ _ _ _ _ K) as (X & -> & Y).
    destruct (count_by_frame _ _ _ _ p fs words u us bs _ _ _ _ _ (family_on m) S K A Z B) as [E N]. auto.
  - intros [[[[P R] E] A] B]. apply Nat.eqb_eq in P, R. apply Bool.eqb_prop in E. subst d lie.
    destruct (list_of_laws _ _ _ _ p fs words gs ts (family_on m) S A B) as [L N].
    split; [reflexivity |]. split; [rewrite E; apply Nat.eqb_eq |]. split; [| exact N].
    revert L. apply each_weaken. intros before g (K & M & L). split; [| split; [exact M |]].
    + intros h path a b T. apply K, trains_follows, T.
    + destruct g as [h |]; [| exact I]. split; [exact L |]. intros path a b T.
      apply (laws_are_constant_along_flows _ _ _ _ _ _ L), trains_follows, T.
Qed.

(* Where they are not: what is shown by the structure of a network, of whatever size. *)
Definition structure_check (m : model) : list Q -> Z -> nat -> nat -> list rule -> bool :=
  match m with
  | Linear widths => linear_check widths
  | Factorization n m r => factorization_check n m r
  | Relu widths bias => fun x p lie laws _ => relu_check widths bias x p lie laws
  | _ => fun _ _ _ _ _ => false
  end.

Lemma structure_check_sound m x p lie laws rules : structure_check m x p lie laws rules = true ->
  shown (parameters m) (family m) (rational (point_of x)) lie laws.
Proof.
  destruct m; try discriminate; [apply linear_check_sound | apply relu_check_sound | apply factorization_check_sound].
Qed.

Definition check (m : model) (s : statement) (e : evidence) : bool :=
  match s, e with
  | Counted d x lie laws most exactly, By_structure p rules =>
      numbers_check (parameters m) d lie laws most exactly lie laws && structure_check m x p lie laws rules
  | _, _ => check_written m s e
  end.

Theorem check_sound m s e : check m s e = true -> holds m s.
Proof.
  destruct s, e as [| g z value | p fs words hs | p fs words u us bs | p fs words ts | p rules];
    try apply check_written_sound.
  unfold check. rewrite andb_true_iff. intros [K A]. destruct (numbers_exact _ _ _ _ _ _ _ _ K) as (X & _ & _).
  destruct (structure_check_sound _ _ _ _ _ _ A) as [(Xs & <- & L & I) (hs & <- & F & G)].
  destruct (count_from_both _ _ _ Xs hs _ _ _ _ _ (family_on m) K L I F G) as [E' N].
  exact (counted_means m _ _ _ _ _ _ E' X N).
Qed.
