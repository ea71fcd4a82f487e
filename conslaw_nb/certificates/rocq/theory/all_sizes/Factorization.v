From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* Corollary 4.4 for all sizes: where the stacked matrix has full rank, U V^T has no law beyond U^T U - V^T V.

   T is the matrix U stacked upon V: n + m rows, r columns. Everything holds over any field; read R for F. What is said
   is in the definitions and in the statements that are called Theorem or Corollary; README.md goes through them. *)
Section Factorization.
Variables (F : fieldType) (n m r : nat).
Implicit Types (L K A B : 'M[F]_(n + m)) (T G H : 'M[F]_(n + m, r)) (S : 'M[F]_r).

(* ------------------------------------------------------------------ the fields *)

(* The gradient of entry (i, j) of U V^T at T is generator i j *m T. *)
Definition generator (i : 'I_n) (j : 'I_m) : 'M[F]_(n + m) := block_mx 0 (delta_mx i j) (delta_mx j i) 0.

Definition inner p q (G H : 'M[F]_(p, q)) : F := \tr (G^T *m H).

(* The derivative of U V^T in the direction of X stacked upon Y is X V^T + U Y^T: *)
Theorem phi_along_a_line (U X : 'M[F]_(n, r)) (V Y : 'M[F]_(m, r)) (t : F) :
  (U + t *: X) *m (V + t *: Y)^T = U *m V^T + t *: (X *m V^T + U *m Y^T) + t ^+ 2 *: (X *m Y^T).
Proof.
rewrite linearD linearZ /= mulmxDl !mulmxDr -!scalemxAl -!scalemxAr scalerA -expr2 scalerDr.
by rewrite -!addrA; congr (_ + _); rewrite addrA [RHS]addrA [t *: (X *m _) + _]addrC.
Qed.

Lemma trace_delta p q (i : 'I_p) (j : 'I_q) (A : 'M[F]_(p, q)) : \tr (A *m delta_mx j i) = A i j.
Proof.
rewrite /mxtrace (bigD1 i) //= big1 => [| k ki]; rewrite ?addr0 !mxE.
- rewrite (bigD1 j) //= big1 => [| l lj]; rewrite !mxE ?eqxx ?mulr1 ?addr0 //.
  by rewrite (negbTE lj) mulr0.
by rewrite big1 // => l _; rewrite !mxE (negbTE ki) andbF mulr0.
Qed.

(* and each of its entries is the inner product of that direction with a generator. *)
Theorem generator_is_the_gradient (U X : 'M[F]_(n, r)) (V Y : 'M[F]_(m, r)) i j :
  (X *m V^T + U *m Y^T) i j = inner (generator i j *m col_mx U V) (col_mx X Y).
Proof.
rewrite /inner /generator mul_block_col !mul0mx add0r addr0 tr_col_mx mul_row_col mxtraceD.
rewrite !trmx_mul !trmx_delta mxE; congr (_ + _).
- by rewrite -trace_delta -mulmxA mxtrace_mulC.
by rewrite -trace_delta -[LHS]mxtrace_tr !trmx_mul trmxK trmx_delta -[in RHS]mulmxA [RHS]mxtrace_mulC !mulmxA.
Qed.

(* ------------------------------------------------------------------ what they generate *)

(* Linear fields bracket like matrices: [A T, B T] = (A B - B A) T. *)
Definition bracket A B := A *m B - B *m A.

(* One step: sums of generators and of brackets of two generators. *)
Inductive one_step : 'M[F]_(n + m) -> Prop :=
| Step_generator i j : one_step (generator i j)
| Step_bracket i j k l : one_step (bracket (generator i j) (generator k l))
| Step_zero : one_step 0
| Step_add A B : one_step A -> one_step B -> one_step (A + B)
| Step_scale c A : one_step A -> one_step (c *: A).

(* All steps. *)
Inductive lie : 'M[F]_(n + m) -> Prop :=
| Lie_generator i j : lie (generator i j)
| Lie_zero : lie 0
| Lie_add A B : lie A -> lie B -> lie (A + B)
| Lie_scale c A : lie A -> lie (c *: A)
| Lie_bracket A B : lie A -> lie B -> lie (bracket A B).

Definition J : 'M[F]_(n + m) := block_mx 1%:M 0 0 (- 1%:M).

(* so(n, m): J L is skew. (In characteristic 2 skew has to mean alternating: zeros on the diagonal.) *)
Definition skew K := K^T = - K /\ forall i, K i i = 0.

Definition so L := skew (J *m L).

Lemma JJ : J *m J = 1%:M.
Proof. by rewrite /J mulmx_block !mulmx0 !mul0mx !addr0 !add0r mulmx1 mulNmx mulmxN mulmx1 opprK scalar_mx_block. Qed.

Lemma J_sym : J^T = J.
Proof. by rewrite /J tr_block_mx !trmx0 linearN /= !trmx1. Qed.

Lemma skew_add K L : skew K -> skew L -> skew (K + L).
Proof. by move=> [a a'] [b b']; split=> [| i]; rewrite ?linearD /= ?a ?b ?opprD // mxE a' b' addr0. Qed.

Lemma skew_scale c K : skew K -> skew (c *: K).
Proof. by move=> [a a']; split=> [| i]; rewrite ?linearZ /= ?a ?scalerN // mxE a' mulr0. Qed.

Lemma skew_zero : skew 0.
Proof. by split=> [| i]; rewrite ?trmx0 ?oppr0 // mxE. Qed.

Lemma skew_commutator K M : skew K -> skew M -> skew (K *m J *m M - M *m J *m K).
Proof.
move=> [a a'] [b b']; split=> [| i].
  by rewrite linearB /= !trmx_mul J_sym a b !mulmxN !mulNmx !opprK opprB !mulmxA.
have e : (M *m J *m K) i i = (K *m J *m M) i i.
  have -> : M *m J *m K = (K *m J *m M)^T by rewrite !trmx_mul J_sym a b !mulmxN !mulNmx opprK mulmxA.
  by rewrite mxE.
by rewrite mxE [X in _ + X]mxE e subrr.
Qed.

Lemma so_bracket A B : so A -> so B -> so (bracket A B).
Proof.
rewrite /so => a b; have -> : J *m bracket A B = J *m A *m J *m (J *m B) - J *m B *m J *m (J *m A).
  by rewrite /bracket mulmxBr -!mulmxA ![J *m (J *m _)]mulmxA JJ !mul1mx.
exact: skew_commutator.
Qed.

Lemma so_generator i j : so (generator i j).
Proof.
have e : J *m generator i j = block_mx 0 (delta_mx i j) (- delta_mx j i) 0.
  by rewrite /J /generator mulmx_block !mul1mx !mul0mx !mulNmx !mul1mx !addr0 !add0r oppr0.
rewrite /so e; split=> [| k].
  by rewrite tr_block_mx !trmx0 linearN /= !trmx_delta opp_block_mx !oppr0 opprK.
by rewrite -[k]splitK; case: (split k) => k'; rewrite /= ?block_mxEul ?block_mxEdr mxE.
Qed.

Theorem lie_is_in_so L : lie L -> so L.
Proof.
elim=> [i j || A B _ a _ b | c A _ a | A B _ a _ b].
- exact: so_generator.
- by rewrite /so mulmx0; apply: skew_zero.
- by rewrite /so mulmxDr; apply: skew_add.
- by rewrite /so -scalemxAr; apply: skew_scale.
exact: so_bracket.
Qed.

Lemma one_step_is_lie L : one_step L -> lie L.
Proof.
elim=> [i j | i j k l || A B _ a _ b | c A _ a].
- exact: Lie_generator.
- by apply: Lie_bracket; apply: Lie_generator.
- exact: Lie_zero.
- exact: Lie_add.
exact: Lie_scale.
Qed.

(* ------------------------------------------------------------------ all of so(n, m), by one step *)

Definition up (A : 'M[F]_n) : 'M[F]_(n + m) := block_mx A 0 0 0.
Definition down (A : 'M[F]_m) : 'M[F]_(n + m) := block_mx 0 0 0 A.
Definition across (B : 'M[F]_(n, m)) : 'M[F]_(n + m) := block_mx 0 B B^T 0.

Lemma bracket_up i k j : bracket (generator i j) (generator k j) = up (delta_mx i k - delta_mx k i).
Proof.
rewrite /bracket /generator /up !mulmx_block !mulmx0 !mul0mx !addr0 !add0r !mul_delta_mx_cond !eqxx !mulr1n.
by rewrite opp_block_mx add_block_mx !oppr0 !addr0 [k == i]eq_sym subrr.
Qed.

Lemma bracket_down i j l : bracket (generator i j) (generator i l) = down (delta_mx j l - delta_mx l j).
Proof.
rewrite /bracket /generator /down !mulmx_block !mulmx0 !mul0mx !addr0 !add0r !mul_delta_mx_cond !eqxx !mulr1n.
by rewrite opp_block_mx add_block_mx !oppr0 !addr0 [l == j]eq_sym subrr.
Qed.

Lemma step_sum I (s : seq I) (f : I -> 'M[F]_(n + m)) : (forall i, one_step (f i)) -> one_step (\sum_(i <- s) f i).
Proof. by move=> h; elim/big_ind: _ => // [|A B]; [apply: Step_zero | apply: Step_add]. Qed.

Lemma up_morph : {morph up : A B / A + B >-> A + B}.
Proof. by move=> A B; rewrite /up add_block_mx !addr0. Qed.

Lemma down_morph : {morph down : A B / A + B >-> A + B}.
Proof. by move=> A B; rewrite /down add_block_mx !addr0. Qed.

Lemma across_morph : {morph across : A B / A + B >-> A + B}.
Proof. by move=> A B; rewrite /across add_block_mx !addr0 linearD. Qed.

Lemma up_0 : up 0 = 0. Proof. by rewrite /up block_mx0. Qed.
Lemma down_0 : down 0 = 0. Proof. by rewrite /down block_mx0. Qed.
Lemma across_0 : across 0 = 0. Proof. by rewrite /across trmx0 block_mx0. Qed.

Lemma up_scale c (A : 'M[F]_n) : up (c *: A) = c *: up A.
Proof. by rewrite /up scale_block_mx !scaler0. Qed.

Lemma down_scale c (A : 'M[F]_m) : down (c *: A) = c *: down A.
Proof. by rewrite /down scale_block_mx !scaler0. Qed.

Lemma across_scale c (A : 'M[F]_(n, m)) : across (c *: A) = c *: across A.
Proof. by rewrite /across scale_block_mx !scaler0 linearZ. Qed.

(* A skew matrix is a sum of elementary ones. *)
Lemma skew_sum p (A : 'M[F]_p) : A^T = - A -> (forall i, A i i = 0) ->
  A = \sum_(i < p) \sum_(k < p) (if (i < k)%N then A i k else 0) *: (delta_mx i k - delta_mx k i).
Proof.
move=> a a'; pose U : 'M[F]_p := \matrix_(i < p, k < p) (if (i < k)%N then A i k else 0).
have -> : \sum_(i < p) \sum_(k < p) (if (i < k)%N then A i k else 0) *: (delta_mx i k - delta_mx k i) = U - U^T.
  have -> : U^T = \sum_(i < p) \sum_(k < p) U i k *: delta_mx k i.
    rewrite {1}(matrix_sum_delta U) linear_sum; apply: eq_bigr => i _; rewrite linear_sum; apply: eq_bigr => k _.
    by rewrite /= linearZ /= trmx_delta.
  rewrite {1}(matrix_sum_delta U) -sumrB; apply: eq_bigr => i _; rewrite -sumrB; apply: eq_bigr => k _.
  by rewrite mxE scalerBr.
apply/matrixP=> i k; rewrite !mxE; case: (ltngtP i k) => [ik | ki | e].
- by rewrite subr0.
- by rewrite sub0r; have := congr1 (fun M : 'M[F]_p => M i k) a; rewrite !mxE => ->; rewrite opprK.
by rewrite subrr (_ : k = i) ?a' //; apply: val_inj.
Qed.

(* Every matrix of so(n, m) is reached by one step of brackets. *)
Theorem so_is_one_step L : (0 < n)%N -> (0 < m)%N -> so L -> one_step L.
Proof.
move=> n0 m0 [s s']; rewrite -(submxK L) in s s' *.
set A := ulsubmx L in s s' *; set B := ursubmx L in s s' *; set C := dlsubmx L in s s' *.
set D := drsubmx L in s s' *; clearbody A B C D.
have e : J *m block_mx A B C D = block_mx A B (- C) (- D).
  by rewrite /J mulmx_block !mul1mx !mul0mx !mulNmx !mul1mx !addr0 !add0r.
rewrite e tr_block_mx opp_block_mx !opprK in s; rewrite e in s'.
have [sA sB sC sD] := eq_block_mx s.
have zA i : A i i = 0 by have := s' (lshift m i); rewrite block_mxEul.
have zD i : D i i = 0.
  by have := s' (rshift n i); rewrite block_mxEdr mxE => /eqP; rewrite oppr_eq0 => /eqP.
have -> : block_mx A B C D = up A + across B + down D.
  by rewrite /up /across /down !add_block_mx !addr0 !add0r -sC.
have sD' : D^T = - D by rewrite -[in RHS]sD linearN /= opprK.
apply: Step_add; first apply: Step_add.
- rewrite (skew_sum sA zA) (big_morph up up_morph up_0); apply: step_sum => i.
  rewrite (big_morph up up_morph up_0); apply: step_sum => k; rewrite up_scale; apply: Step_scale.
  by rewrite -(bracket_up i k (Ordinal m0)); apply: Step_bracket.
- rewrite (matrix_sum_delta B) (big_morph across across_morph across_0); apply: step_sum => i.
  rewrite (big_morph across across_morph across_0); apply: step_sum => j; rewrite across_scale; apply: Step_scale.
  by rewrite /across trmx_delta; apply: Step_generator.
rewrite (skew_sum sD' zD) (big_morph down down_morph down_0); apply: step_sum => i.
rewrite (big_morph down down_morph down_0); apply: step_sum => k; rewrite down_scale; apply: Step_scale.
by rewrite -(bracket_down (Ordinal n0) i k); apply: Step_bracket.
Qed.

Corollary lie_is_so L : (0 < n)%N -> (0 < m)%N -> lie L <-> so L.
Proof. by move=> n0 m0; split=> [/lie_is_in_so | /(so_is_one_step n0 m0) /one_step_is_lie]. Qed.

(* ------------------------------------------------------------------ the two ranks meet *)

(* The gradient of the law  T |-> tr (S (U^T U - V^T V)) / 2, S symmetric, at T = [U; V] is J T S. *)
Theorem law_along_a_line S T H (t : F) : S^T = S ->
  \tr (S *m (T + t *: H)^T *m J *m (T + t *: H)) =
  \tr (S *m T^T *m J *m T) + t * (inner (J *m T *m S) H *+ 2) + t ^+ 2 * \tr (S *m H^T *m J *m H).
Proof.
move=> s; have e : \tr (S *m H^T *m J *m T) = inner (J *m T *m S) H.
  by rewrite -[LHS]mxtrace_tr /inner !trmx_mul trmxK J_sym s !mulmxA mxtrace_mulC !mulmxA.
have e' : \tr (S *m T^T *m J *m H) = inner (J *m T *m S) H by rewrite /inner !trmx_mul J_sym s !mulmxA.
pose f X Y := \tr (S *m X^T *m J *m Y).
have fl X X' Y c : f (X + c *: X') Y = f X Y + c * f X' Y.
  rewrite /f; have -> : (X + c *: X')^T = X^T + c *: X'^T by rewrite linearD linearZ.
  by rewrite mulmxDr -scalemxAr !mulmxDl -!scalemxAl mxtraceD mxtraceZ.
have fr X Y Y' c : f X (Y + c *: Y') = f X Y + c * f X Y'.
  by rewrite /f mulmxDr -scalemxAr mxtraceD mxtraceZ.
rewrite -[LHS]/(f _ _) fl !fr /f e e' mulrDr !mulrA -expr2 mulr2n mulrDr !addrA.
by [].
Qed.

(* T has full rank: a left or a right inverse. *)
Definition full_rank T := row_full T || row_free T.

(* What is orthogonal to Lie(W) at a T of full rank is a gradient of such a law: there are no others. *)
Theorem orthogonal_to_lie_is_a_law T G : (0 < n)%N -> (0 < m)%N -> full_rank T ->
  (forall L, lie L -> inner G (L *m T) = 0) <-> exists2 S, S^T = S & G = J *m T *m S.
Proof.
move=> n0 m0 full; split=> [o | [S s ->] L /lie_is_in_so [a a']].
- pose X := G^T *m J; pose M := T *m G^T *m J.
  have tx : T *m X = M by rewrite /X mulmxA.
  have sM : M^T = M.
    apply/matrixP=> i k; rewrite mxE; apply/eqP; rewrite -subr_eq0.
    have sk : skew (delta_mx i k - delta_mx k i : 'M[F]_(n + m)).
      split=> [| l]; first by rewrite linearB /= !trmx_delta opprB.
      by rewrite !mxE andbC subrr.
    have := o (J *m (delta_mx i k - delta_mx k i)).
    rewrite lie_is_so // /so mulmxA JJ mul1mx => /(_ sk).
    rewrite /inner mulmxA mxtrace_mulC !mulmxA -/M mulmxBr linearB /= !trace_delta => h.
    exact/eqP.
  have xf : X^T = J *m G by rewrite /X trmx_mul trmxK J_sym.
  have [S s e] : exists2 S : 'M[F]_r, S^T = S & S *m T^T = X.
    clearbody M X; have mx : X^T *m T^T = M by rewrite -trmx_mul tx sM.
    case/orP: full => [/row_fullP [P p] | /row_freeP [Q q]].
    + exists (P *m M *m P^T); first by rewrite !trmx_mul trmxK sM mulmxA.
      have q : T^T *m P^T = 1%:M by rewrite -trmx_mul p trmx1.
      have -> : P *m M *m P^T = P *m X^T by rewrite -mx -!mulmxA q mulmx1.
      by rewrite -mulmxA mx -tx mulmxA p mul1mx.
    exists (X *m Q^T + Q *m X^T - Q *m M *m Q^T).
      by rewrite linearB linearD /= !trmx_mul !trmxK sM mulmxA [X *m _ + _]addrC.
    have qt : Q^T *m T^T = 1%:M by rewrite -trmx_mul q trmx1.
    rewrite mulmxBl mulmxDl -!mulmxA qt !mulmx1.
    by rewrite mx addrK.
  by exists S => //; rewrite -mulmxA -[T *m S](trmxK) trmx_mul s e xf mulmxA JJ mul1mx.
have -> : inner (J *m T *m S) (L *m T) = \tr (T *m S *m T^T *m (J *m L)).
  by rewrite /inner !trmx_mul J_sym s !mulmxA mxtrace_mulC !mulmxA.
have sZ : (T *m S *m T^T)^T = T *m S *m T^T by rewrite !trmx_mul trmxK s mulmxA.
move: (T *m S *m T^T) sZ => Z sZ.
rewrite (skew_sum a a') mulmx_sumr linear_sum big1 // => i _; rewrite mulmx_sumr linear_sum big1 // => k _.
rewrite -scalemxAr linearZ /= mulmxBr linearB /= !trace_delta.
have -> : Z k i = Z i k by rewrite -{1}sZ mxE.
by rewrite subrr mulr0.
Qed.

(* And the gradients J T S are as many as symmetric matrices S, if T has rank r. *)
Theorem laws_are_independent T S : row_full T -> J *m T *m S = 0 -> S = 0.
Proof.
move=> /row_fullP [P p] e; have : P *m (J *m (J *m T *m S)) = 0 by rewrite e !mulmx0.
by rewrite !mulmxA -[P *m J *m J]mulmxA JJ mulmx1 p mul1mx.
Qed.
End Factorization.


