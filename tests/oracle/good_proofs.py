"""Right proofs of many kinds, to be spoiled."""

GOOD = {
    "neuron": """model phi(x*y)
let h = x**2 - y**2
goal h is conserved
grad h = (2*x, -2*y)                 by computation
<grad h, v_1> = 2*x*y - 2*x*y        by computation
              = 0                    by computation
h is conserved                       by Proposition 2.16""",
    "two outputs": """model phi(x*y, x*z)
let h = x^2 - y^2 - z^2
<grad h, v_1> = 2*x*y - 2*y*x = 0    by computation
<grad h, v_2> = 2*x*z - 2*z*x = 0    by computation
h is conserved                       by steps 1 and 2""",
    "all generators": """model phi(u*v, u*b)
let h = u^2 - v^2 - b^2
goal h is a law
<grad h, v_i> = 0 for all i          by computation
h is a law                           by Proposition 2.16 and step 1""",
    "cubic neuron": """model phi(u*v^3)
goal 3*u^2 - v^2 is conserved
v_1(3*u^2 - v^2) = 6*u*v^3 - 2*v*3*u*v^2   by computation
                 = 0                       by computation
3*u^2 - v^2 is conserved                   by Proposition 2.5""",
    "fields": """model fields([x, y, z], [y, x, 0], [z, 0, x])
[v_1, v_2] = (0, z, -y)                          by computation
<grad (x^2 - y^2 - z^2), v_1> = 2*x*y - 2*x*y = 0   by computation
v_2(x^2 - y^2 - z^2) = 0                         by the product rule
x^2 - y^2 - z^2 is conserved                     by (2) and (3)""",
    "bracket of two": """model phi(x^2*y, y*z)
grad (x^2*y) = (2*x*y, x^2, 0)                   by computation
[v_1, v_2] = (2*x*z, 0, -x^2)                    by computation
[v_2, v_1] = (-2*x*z, 0, x^2)                    by computation""",
    "complete list": """model phi(x*y, x*z)
goal x^2 - y^2 - z^2 is all the laws
x^2 - y^2 - z^2 is conserved      by computation
x^2 - y^2 - z^2 is independent    by Definition 2.18
W is involutive                   by computation
dim W = 2                         by computation
dim Lie = 2                       by Lemma 3.2
there is exactly 1 law            by Theorem 3.3
x^2 - y^2 - z^2 is all the laws   by Theorem 3.3""",
    "a quotient": """model phi(x**2 + 3*y**2)
goal x**3/y is all the laws
x**3/y is conserved by computation
x**3/y is independent by Definition 2.18
dim Lie = 1 by computation
there is exactly 1 law by Theorem 3.3
x**3/y is all the laws by Theorem 3.3""",
    "counting": """model factorization(2,2,2)
let h = U_1_1^2 + U_2_1^2 - V_1_1^2 - V_2_1^2
<grad h, v_i> = 0 for all i                        by computation
h is a law                                         by step 1
dim Lie = 5 where (U; V) has full rank             by Proposition 4.3
there are exactly 3 laws                           by Theorem 3.3 and step 3""",
    "two pairs": """model phi(a*c, b*d)
goal a^2 - c^2, b^2 - d^2 are all the laws
a^2 - c^2 is conserved by computation
b^2 - d^2 is conserved by computation
a^2 - c^2, b^2 - d^2 are independent by Definition 2.18
dim Lie = 2 by computation
there are exactly 2 laws by Theorem 3.3
a^2 - c^2, b^2 - d^2 are all the laws by Theorem 3.3""",
    "special factor": """model phi(x, x*y - 7*y)
dim W = 2 by computation
W is involutive by computation
dim Lie = 2 by computation
there are exactly 0 laws by Theorem 3.3""",
    "balance": """given U: n x r, V: m x r, G: n x m
flow U' = -G*V, V' = -G^T*U
let Psi = U^T*U - V^T*V
goal Psi is conserved
Psi' = U'^T*U + U^T*U' - V'^T*V - V^T*V'                by the product rule
     = -(G*V)^T*U - U^T*G*V + (G^T*U)^T*V + V^T*G^T*U   by substitution
     = 0                                                by computation
Psi is conserved                                        by Proposition 2.5""",
    "balance of any loss": """given U: n x r, V: m x r
flow of U*V^T
let Psi = U^T*U - V^T*V
Psi' = 0                         by substitution
Psi is conserved                 by Proposition 2.5
tr(Psi*Psi) is conserved         by computation""",
    "depth": """given U1: n x a, U2: a x b, U3: b x m, G: n x m
flow U1' = -G*U3^T*U2^T, U2' = -U1^T*G*U3^T, U3' = -U2^T*U1^T*G
let Psi = U1^T*U1 - U2*U2^T
goal Psi is conserved
Psi' = U1'^T*U1 + U1^T*U1' - U2'*U2^T - U2*U2'^T        by the product rule
     = 0                                                by substitution
Psi is conserved                                        by Proposition 2.5""",
    "relu": """given u: n x 1, v: m x 1, b: 1 x 1
flow of u*v^T, u*b
let h = |u|^2 - |v|^2 - b^2
goal h is conserved
h' = 2*<u', u> - 2*<v', v> - 2*b'*b     by the product rule
   = 0                                  by substitution
h is conserved                          by Corollary 2.6""",
    "one neuron": """given u: 1 x 1, v: m x 1, e: m x 1
flow u' = -v^T*e, v' = -e*u
let h = v^T*v - u^2
goal h is conserved
h' = 2*v^T*v' - 2*u*u'        by the product rule
   = -2*v^T*e*u + 2*u*v^T*e   by substitution
   = 0                        by computation
h is conserved                by Proposition 2.5""",
    "bracket": """given U: n x r, V: m x r, D: n x m, E: n x m
let X = (U: D*V, V: D^T*U)
let Y = (U: E*V, V: E^T*U)
[X, Y] = (U: (D*E^T - E*D^T)*U, V: (D^T*E - E^T*D)*V)   by computation""",
    "one step": """given U: n x r, V: m x r, G: n x m, tau: 1 x 1
let A = U - tau*G*V
let B = V - tau*G^T*U
A^T*A - B^T*B - (U^T*U - V^T*V) = tau^2*((G*V)^T*G*V - (G^T*U)^T*G^T*U)   by computation""",
    "momentum": """given U: n x r, V: m x r, X: n x r, Y: m x r, G: n x m, tau: 1 x 1
flow U' = X, V' = Y, X' = -tau*X - G*V, Y' = -tau*Y - G^T*U
let J = U^T*X - X^T*U + V^T*Y - Y^T*V
goal J' = -tau*J
J' = -tau*J by computation""",
    "a product moves": """given U: n x r, V: m x r, G: n x m
flow U' = -G*V, V' = -G^T*U
let Z = U*V^T
goal Z' = -(U*U^T*G + G*V*V^T)
Z' = U'*V^T + U*V'^T            by the product rule
   = -G*V*V^T - U*(G^T*U)^T     by substitution
   = -(U*U^T*G + G*V*V^T)       by computation""",
    "symmetric": """given S: n x n symmetric, K: n x n skew, A: n x n, w: n x 1
(S*A)^T = A^T*S            by computation
w^T*K*w = 0                by computation
tr(S*K) = 0                by computation
tr(A*S) = tr(S*A^T)        by computation
(A + A^T)*S - S*(A^T + A) = [A + A^T, S]   by definition""",
    "traces": """given A: n x m, B: m x n, C: n x n, J: n x n identity
tr(A*B) = tr(B*A)                  by computation
tr(C*A*B) = tr(A*B*C) = tr(B*C*A)  by computation
<A, B^T> = tr(A^T*B^T) = tr(A*B)   by computation
(C + J)^2 = C^2 + 2*C + J          by computation
C*J - J*C = 0                      by computation""",
    "rotation": """given w: n x 1, K: n x n skew
flow w' = K*w
goal w^T*w is conserved
(w^T*w)' = 2*w^T*w'     by the product rule
         = 2*w^T*K*w    by substitution
         = 0            by computation
w^T*w is conserved      by Proposition 2.5""",
    "two numbers": """given u: 1 x 1, v: 1 x 1, g: 1 x 1
flow of u*v with g
let h = u^2 - v^2
goal h is conserved
h' = 2*u*u' - 2*v*v'        by the product rule
   = -2*u*g*v + 2*v*g*u     by substitution
   = 0                      by computation
h is conserved              by Proposition 2.5""",
    "what does not stay": """model phi(x*y, x*z)
x + y is not conserved              by computation
x^2 - y^2 is not conserved          by computation
x^2*y*z factors through phi         by computation
[v_1, v_2] lies in W                by computation
dim W = 1 at x=0, y=1, z=1          by computation
x^2 - y^2, y^2 - z^2 are independent at x=1, y=1, z=1 by computation""",
}

# Proofs that exercises ask for: what stands in the cell, and a good way to go on.
EXERCISES = {
    "2.6": (
        """given u: 1 x 1, v: m x 1, e: m x 1
flow u' = -v^T*e, v' = -e*u
let h = v^T*v - u^2
goal h is conserved""",
        """h' = 2*v^T*v' - 2*u*u' by the product rule
= -2*v^T*e*u + 2*u*v^T*e by substitution
= 0 by computation
h is conserved by Proposition 2.5""",
    ),
    "3.4": (
        """model phi(u*v, u*b)
let h = u^2 - v^2 - b^2
goal h is conserved""",
        """<grad h, grad phi_1> = 2*u*v - 2*v*u = 0 by computation
<grad h, grad phi_2> = 2*u*b - 2*b*u = 0 by computation
h is conserved by Proposition 2.5""",
    ),
    "4.5": (
        """given u: n x 1, v: m x 1, b: 1 x 1, w: m x 1, K: n x n skew, s: n x 1
flow u' = -K*s*(w^T*v + b), v' = -w*s^T*K^T*u, b' = -s^T*K^T*u, s' = 0*s
goal s^T*u is conserved""",
        """(s^T*u)' = -s^T*K*s*(w^T*v + b) by substitution
= 0 by computation
s^T*u is conserved by Proposition 2.5""",
    ),
    "5.6": (
        """model phi(x**2 + 3*y**2)
goal x**3/y is all the laws""",
        """x**3/y is conserved by computation
x**3/y is independent by Definition 2.18
dim Lie = 1 by computation
there is exactly 1 law by Theorem 3.3
x**3/y is all the laws by Theorem 3.3""",
    ),
    "7.3": (
        """model phi(a*c, b*d)
goal a**2 - c**2, b**2 - d**2 are all the laws""",
        """a**2 - c**2 is conserved by computation
b**2 - d**2 is conserved by computation
a**2 - c**2, b**2 - d**2 are independent by Definition 2.18
dim Lie = 2 by computation
there are exactly 2 laws by Theorem 3.3
a**2 - c**2, b**2 - d**2 are all the laws by Theorem 3.3""",
    ),
    "8.3": (
        """given U: n x r, V: m x r, S: r x r symmetric, A: n x n skew, B: m x m skew, D: n x m
goal <U*S, A*U + D*V> - <V*S, D^T*U + B*V> = 0""",
        """<U*S, A*U> = 0 by computation
<V*S, B*V> = 0 by computation
<U*S, D*V> = <V*S, D^T*U> by computation
<U*S, A*U + D*V> - <V*S, D^T*U + B*V> = 0 by steps 1, 2 and 3""",
    ),
    "9.1": (
        """given U1: n x a, U2: a x b, U3: b x m, G: n x m
flow U1' = -G*U3^T*U2^T, U2' = -U1^T*G*U3^T, U3' = -U2^T*U1^T*G
let Psi = U1^T*U1 - U2*U2^T
goal Psi is conserved""",
        """Psi' = U1'^T*U1 + U1^T*U1' - U2'*U2^T - U2*U2'^T by the product rule
= 0 by substitution
Psi is conserved by Proposition 2.5""",
    ),
    "10.5": (
        """given U: n x r, V: m x r, G: n x m
flow U' = -G*V, V' = -G^T*U
let Z = U*V^T
goal Z' = -(U*U^T*G + G*V*V^T)""",
        """Z' = U'*V^T + U*V'^T by the product rule
= -(U*U^T*G + G*V*V^T) by substitution""",
    ),
    "12.3": (
        """given U: n x r, V: m x r, X: n x r, Y: m x r, G: n x m, tau: 1 x 1
flow U' = X, V' = Y, X' = -tau*X - G*V, Y' = -tau*Y - G^T*U
let J = U^T*X - X^T*U + V^T*Y - Y^T*V
goal J' = -tau*J""",
        """J' = U'^T*X + U^T*X' - X'^T*U - X^T*U' + V'^T*Y + V^T*Y' - Y'^T*V - Y^T*V' by the product rule
= -tau*J by substitution""",
    ),
}
