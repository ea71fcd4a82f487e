From Coq Require Import List Bool Arith ZArith QArith Lia Lqa.
From Conslaw Require Import Polynomials.
Import ListNotations.
Local Open Scope Q_scope.

(* ------------------------------------------------------------------ models *)

(* One term of a polynomial, and one of a combination of fields: how certificates are written below. *)
Definition T (c : Q) (m : monomial) : Q * monomial := (c, m).
Definition C (g : N) (c : Z) : N * Z := (g, c).

(* What comes in steps is written as one: n terms c * monomial, each with its variables a step after those of the one
   before; n numbers; and generators or letters that stand alone. *)
Fixpoint run (c : Q) (m : monomial) (step : positive) (n : nat) : poly :=
  match n with O => [] | S k => (c, m) :: run c (map (Pos.add step) m) step k end.

Fixpoint every (first step : N) (n : nat) : list N :=
  match n with O => [] | S k => first :: every (first + step)%N step k end.

Definition generators (gs : list N) : list (list (N * Z)) := map (fun g => [(g, 1%Z)]) gs.
Definition singles (letters : list N) : list (list N) := map (fun a => [a]) letters.
Arguments run c%Q m step%positive n%nat.
Arguments every first%N step%N n%nat.

(* Variable k + 1. *)
Definition X (k : nat) : poly := [(1, [Pos.of_succ_nat k])].

(* memo f is f, with its values at 1 ... 2^n - 1 computed once. *)
Inductive tree (A : Type) := leaf | node (left : tree A) (here : A) (right : tree A).
Arguments leaf {A}.
Arguments node {A}.

Fixpoint grow {A} (n : nat) (f : positive -> A) : tree A :=
  match n with
  | O => leaf
  | S k => node (grow k (fun i => f (xO i))) (f xH) (grow k (fun i => f (xI i)))
  end.

Fixpoint find {A} (t : tree A) (i : positive) : option A :=
  match t with
  | leaf => None
  | node l a r => match i with xH => Some a | xO j => find l j | xI j => find r j end
  end.

Definition memo {A} (D : nat) (f : positive -> A) : positive -> A :=
  let t := grow (Pos.size_nat (Pos.of_nat D)) f in fun i => match find t i with Some a => a | None => f i end.

Lemma memo_same {A} D (f : positive -> A) i : memo D f i = f i.
Proof.
  unfold memo. generalize (Pos.size_nat (Pos.of_nat D)). intros n.
  assert (H : forall n i (f : positive -> A), find (grow n f) i = None \/ find (grow n f) i = Some (f i)).
  { clear. induction n as [| n IH]; intros i f; simpl; [auto |]. destruct i as [i | i |]; auto.
    - exact (IH i (fun i => f (xI i))).
    - exact (IH i (fun i => f (xO i))). }
  destruct (H n i f) as [E | E]; rewrite E; reflexivity.
Qed.

(* The point with given coordinates. *)
Definition point_of (l : list Q) : positive -> Q := memo (length l) (fun i => nth (pred (Pos.to_nat i)) l 0).

(* A field on Q^D has coordinates 1 ... D. *)
Definition on (D : nat) (v : field) : field := memo D (fun i => if Nat.leb (Pos.to_nat i) D then v i else []).

Definition is_on (D : nat) (v : field) : Prop := forall x i, (D < Pos.to_nat i)%nat -> eval x (v i) == 0.

Lemma on_is_on D v : is_on D (on D v).
Proof.
  intros x i I. unfold on. rewrite memo_same. destruct (Nat.leb_spec (Pos.to_nat i) D); [lia | reflexivity].
Qed.

(* The family of a map: the gradients of its components. *)
Definition gradients (D : nat) (phi : list poly) : list field := map (fun f => on D (fun i => partial i f)) phi.

(* Fields given by their coordinates. *)
Definition fields_of (D : nat) (fields : list (list poly)) : list field :=
  map (fun f => on D (fun i => nth (pred (Pos.to_nat i)) f [])) fields.

Lemma gradients_on D phi : forall v, In v (gradients D phi) -> is_on D v.
Proof. intros v I. apply in_map_iff in I. destruct I as (f & <- & _). apply on_is_on. Qed.

Lemma fields_on D fields : forall v, In v (fields_of D fields) -> is_on D v.
Proof. intros v I. apply in_map_iff in I. destruct I as (f & <- & _). apply on_is_on. Qed.

Definition matrix := list (list poly).

(* The matrix, n x m, of the variables k, k + 1, ..., row by row. *)
Definition variables (k n m : nat) : matrix :=
  map (fun i => map (fun j => X (k + i * m + j)) (seq 0 m)) (seq 0 n).

Definition transpose (m : nat) (A : matrix) : matrix :=
  map (fun j => map (fun row => nth j row []) A) (seq 0 m).

Definition product (m : nat) (A B : matrix) : matrix :=
  let columns := transpose m B in
  map (fun row => map (fun column => sum (map (fun ab => mul (fst ab) (snd ab)) (combine row column))) columns) A.

(* U_1 U_2 ... U_q, of sizes n_0 x n_1, n_1 x n_2, ...; the variables are the entries of U_1, then of U_2, ... *)
Fixpoint chain (k : nat) (sizes : list nat) : matrix :=
  match sizes with
  | n :: (m :: rest) as next =>
      match rest with
      | [] => variables k n m
      | _ => product (last rest m) (variables k n m) (chain (k + n * m) next)
      end
  | _ => []
  end.

Fixpoint weights (sizes : list nat) : nat :=
  match sizes with n :: (m :: _) as next => (n * m + weights next)%nat | _ => 0%nat end.

(* Widths go from the input to the output, and U_1 is on the side of the output. *)
Definition linear (widths : list nat) : list poly := concat (chain 0 (rev widths)).

(* U V^T, with U of n rows, V of m rows, both of r columns. *)
Definition factorization (n m r : nat) : list poly :=
  concat (product m (variables 0 n r) (transpose r (variables (n * r) m r))).

(* The products of weights along all paths from each unit of the first layer, continued by given products from
   the units of the last layer on. *)
Fixpoint paths (k : nat) (sizes : list nat) (ends : list (list monomial)) : list (list monomial) :=
  match sizes with
  | n :: (m :: _) as next =>
      let tails := paths (k + n * m) next ends in
      map (fun i => concat (map (fun j => map (cons (Pos.of_succ_nat (k + i * m + j))) (nth j tails [])) (seq 0 m)))
          (seq 0 n)
  | _ => ends
  end.

(* From the units of layers 0 ... l to the biases of layer l, for l = first, first + 1, ...; k is the number of the
   first bias. *)
Fixpoint bias_paths (k : nat) (count first : nat) (sizes : list nat) : list monomial :=
  match count with
  | O => []
  | S c =>
      let n := nth first sizes 0%nat in
      concat (paths 0 (firstn (S first) sizes) (map (fun j => [[Pos.of_succ_nat (k + j)]]) (seq 0 n)))
      ++ bias_paths (k + n) c (S first) sizes
  end.

Definition relu (widths : list nat) (bias : bool) : list poly :=
  let sizes := rev widths in
  let hidden := (length sizes - 2)%nat in
  map (fun m => [(1, m)])
    (concat (paths 0 sizes (repeat [[]] (last sizes 0%nat)))
     ++ if bias then bias_paths (weights sizes) hidden 1 sizes else []).

(* The number of parameters. *)
Definition biases (widths : list nat) : nat := fold_right Nat.add 0%nat (removelast (tl widths)).
