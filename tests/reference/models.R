# Reference numbers of tests/stats/model_*_test.cpp on made-up data typed in below (no package data is copied).
# R 4.2.2; nlme 3.1-162, lme4 1.1-31, lmerTest 3.1-3, ordinal 2022.11-16, sandwich 3.0-2, MASS 7.3-58.
# Run: Rscript tests/reference/models.R
suppressMessages({library(nlme); library(lmerTest); library(ordinal); library(sandwich); library(MASS)})
options(digits = 12)

# 24 people, 3 waves, two arms; NA = did not answer.
y <- matrix(c(
  2.1, 2.4, 2.2,  1.8, 1.9, 2.6,  2.9, 3.1, 2.7,  2.0, 2.2, NA,  3.3, 3.0, 3.4,  2.5, 2.1, 2.3,
  2.7, 2.9, 3.2,  1.6, NA, 1.9,  2.2, 2.6, 2.1,  3.0, 2.8, 3.1,  2.4, 2.5, 2.9,  1.9, 2.3, 2.0,
  2.3, 3.1, 2.6,  2.0, 2.9, 2.5,  2.8, 3.2, 3.3,  1.7, 2.8, NA,  3.1, 3.4, 2.9,  2.6, 3.5, 3.0,
  2.2, 2.7, 2.1,  2.9, 3.8, 3.1,  1.5, 2.6, 2.4,  2.4, NA, NA,  3.2, 3.6, 3.5,  NA, 3.0, 2.2), ncol = 3, byrow = TRUE)
arm <- rep(0:1, each = 12)
d <- data.frame(id = factor(rep(1:24, 3)), w = rep(1:3, each = 24), arm = rep(arm, 3), y = c(y))
d <- d[!is.na(d$y), ]; d <- d[order(d$id, d$w), ]; d$wf <- factor(d$w)

cat("## mmrm (nlme::gls, REML, to 1e-14)\n")
g <- gls(y ~ arm * wf, d, correlation = corSymm(form = ~ w | id), weights = varIdent(form = ~ 1 | wf), method = "REML",
         control = glsControl(tolerance = 1e-14, msTol = 1e-15, msMaxIter = 2000, maxIter = 500, opt = "nlminb"))
print(as.numeric(logLik(g)), digits = 14); print(coef(g)); print(sqrt(diag(vcov(g))))
print(unclass(getVarCov(g, individual = "1")))

cat("## its df and Kenward-Roger by their definitions: numeric derivatives of the restricted likelihood\n")
X <- model.matrix(y ~ arm * wf, d); ids <- split(seq_len(nrow(d)), d$id)
low <- function(th) { S <- matrix(0, 3, 3); S[upper.tri(S, TRUE)] <- th; S + t(S) - diag(diag(S)) } # 11, 12, 22, 13, 23, 33
vs <- function(th) { V <- matrix(0, nrow(d), nrow(d)); S <- low(th); for (i in ids) V[i, i] <- S[d$w[i], d$w[i]]; V }
reml <- function(th) { V <- vs(th) # chol() refuses what is no covariance
  Vi <- solve(V); XX <- t(X) %*% Vi %*% X; b <- solve(XX, t(X) %*% Vi %*% d$y); r <- d$y - X %*% b
  -0.5 * ((nrow(X) - ncol(X)) * log(2 * pi) + 2 * sum(log(diag(chol(V)))) + determinant(XX)$modulus + sum(r * (Vi %*% r))) }
S <- unclass(getVarCov(g, individual = "1")); th <- S[upper.tri(S, TRUE)]
th <- optim(th, function(t) tryCatch(-reml(t), error = function(e) 1e10), method = "BFGS", control = list(reltol = 1e-16, maxit = 1000))$par
phi <- function(th) { V <- vs(th); solve(t(X) %*% solve(V, X)) }
W <- solve(-numDeriv::hessian(reml, th, method.args = list(r = 6))); J <- sapply(1:6, function(j) c(numDeriv::jacobian(function(t) diag(phi(t)), th)[, j]))
print(2 * diag(phi(th))^2 / diag(J %*% W %*% t(J)))
Vi <- solve(vs(th)); P <- Vi - Vi %*% X %*% phi(th) %*% t(X) %*% Vi; B <- lapply(1:6, function(j) { e <- rep(0, 6); e[j] <- 1; vs(e) })
WE <- solve(outer(1:6, 1:6, Vectorize(function(i, j) 0.5 * sum(diag(P %*% B[[i]] %*% P %*% B[[j]])))))
print(2 * diag(phi(th))^2 / diag(J %*% WE %*% t(J)))
F <- phi(th); mid <- function(W) { m <- 0; for (i in 1:6) for (j in 1:6) m <- m + W[i, j] * (t(X) %*% Vi %*% B[[i]] %*% Vi %*% B[[j]] %*% Vi %*% X -
  t(X) %*% Vi %*% B[[i]] %*% Vi %*% X %*% F %*% t(X) %*% Vi %*% B[[j]] %*% Vi %*% X); m }
print(sqrt(diag(F + 2 * F %*% mid(WE) %*% F))); print(sqrt(diag(F + 2 * F %*% mid(W) %*% F)))

cat("## random intercept (lmerTest)\n")
m <- lmer(y ~ arm * wf + (1 | id), d, REML = TRUE, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-14, rhobeg = 1e-3)))
print(as.numeric(logLik(m)), digits = 14); print(as.data.frame(VarCorr(m))$vcov); print(coef(summary(m)))

cat("## least squares on complete pairs T1, T2\n")
ok <- !is.na(y[, 1]) & !is.na(y[, 2]); p <- data.frame(pre = y[ok, 1], post = y[ok, 2], arm = arm[ok])
f <- lm(post - pre ~ arm, p); print(coef(summary(f)))
for (t in c("HC2", "HC3")) print(sqrt(diag(vcovHC(f, t))))
f <- lm(post ~ arm + pre, p); print(coef(summary(f)))
for (t in c("HC2", "HC3")) print(sqrt(diag(vcovHC(f, t))))
f <- lm(post ~ arm * I(pre - mean(pre)), p); print(coef(f)); print(sqrt(diag(vcovHC(f, "HC3"))))
course <- c(1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6)[ok]
f <- lm(post - pre ~ arm, p)
print(sqrt(diag(vcovCL(f, cluster = course, type = "HC0", cadjust = TRUE)))) # CR1
# CR2 by its definition
X <- model.matrix(f); M <- solve(crossprod(X)); H <- X %*% M %*% t(X); e <- resid(f)
root <- function(B) { s <- eigen(B, TRUE); s$vectors %*% diag(ifelse(s$values > 1e-10, 1 / sqrt(s$values), 0), nrow(B)) %*% t(s$vectors) }
meat <- 0; P <- NULL
for (k in unique(course)) { i <- course == k; A <- root((diag(nrow(X)) - H)[i, i]); s <- t(X[i, ]) %*% A %*% e[i]; meat <- meat + s %*% t(s)
  P <- cbind(P, ((diag(nrow(X)) - H)[, i] %*% A %*% X[i, ] %*% M)[, 2]) }
print(sqrt(diag(M %*% meat %*% M))); G <- crossprod(P); print(sum(diag(G))^2 / sum(G^2))

cat("## repeated measures, complete people (stats)\n")
full <- complete.cases(y); Y <- y[full, ]; A <- arm[full]
contr <- contr.helmert(3); contr <- sweep(contr, 2, sqrt(colSums(contr^2)), "/")
fit <- lm(Y %*% contr ~ A); print(mauchly.test(lm(Y ~ A), X = ~ 1))
long <- data.frame(y = c(Y), id = factor(rep(seq_len(nrow(Y)), 3)), w = factor(rep(1:3, each = nrow(Y))), A = factor(rep(A, 3)))
print(summary(aov(y ~ A * w + Error(id / w), long)))   # arm and arm:w; w is type I here
S <- crossprod(resid(fit)); print(sum(diag(S))^2 / (2 * sum(S^2)))
a <- anova(lm(Y ~ A), lm(Y ~ 1), X = ~ 1, test = "Spherical"); print(a, digits = 12)
cat("## Friedman on arm 1\n"); print(friedman.test(Y[A == 1, ]))
R <- t(apply(Y[A == 1, ], 1, rank)); print(colMeans(R))

cat("## proportional odds (ordinal, MASS)\n")
o <- data.frame(y = c(1, 2, 2, 3, 3, 4, 1, 2, 3, 3, 2, 1, 3, 4, 4, 5, 3, 5, 4, 2, 5, 4, 3, 4, 2, 3, 1, 4),
                x = rep(c(0, 1, 0, 1), c(12, 12, 2, 2)), z = rep(c(-1, 0.5, 2, 1), 7))
c1 <- clm(factor(y) ~ x + z, data = o, control = clm.control(gradTol = 1e-12)); print(coef(summary(c1)))
print(as.numeric(logLik(c1)), digits = 14); print(nominal_test(c1)); print(drop1(c1, test = "Chisq"))
pr <- function(k, b, s) { # profile ends by root finding
  g <- function(v) { off <- o[[k]] * v; u <- if (k == "x") clm(factor(y) ~ z + offset(off), data = o) else clm(factor(y) ~ x + offset(off), data = o)
    2 * (as.numeric(logLik(c1)) - as.numeric(logLik(u))) - qchisq(.95, 1) }
  c(uniroot(g, c(b - 5 * s, b), tol = 1e-11)$root, uniroot(g, c(b, b + 5 * s), tol = 1e-11)$root) }
o3 <- transform(o, y = pmin(pmax(y, 2), 4)); c3 <- clm(factor(y) ~ x + z, data = o3); print(coef(c3)); print(as.numeric(logLik(c3)), digits = 14); print(nominal_test(c3))
cc <- coef(summary(c1)); print(pr("x", cc["x", 1], cc["x", 2])); print(pr("z", cc["z", 1], cc["z", 2]))

cat("## Firth, by its definition \n")
ys2 <- rep(c(1, 2, 3), c(5, 3, 6)); xs2 <- rep(0:1, c(8, 6)) # complete separation
firth <- function(y, x, fix = NA) {
  K <- max(y)
  obj <- function(th) { a <- th[1:(K - 1)]; b <- if (is.na(fix)) th[K] else fix; if (any(diff(a) <= 0)) return(1e10)
    ll <- 0; I <- 0
    for (v in unique(x)) { n <- sum(x == v); eta <- c(-Inf, a - v * b, Inf); pr <- diff(plogis(eta)); ll <- ll + sum(tabulate(y[x == v], K) * log(pr))
      for (j in 1:K) { g <- rep(0, K); if (j < K) { r <- rep(0, K); r[j] <- 1; r[K] <- -v; g <- g + dlogis(eta[j + 1]) * r }
        if (j > 1) { r <- rep(0, K); r[j - 1] <- 1; r[K] <- -v; g <- g - dlogis(eta[j]) * r }; I <- I + n * outer(g, g) / pr[j] } }
    -(ll + 0.5 * log(det(I))) }
  st <- c(qlogis(cumsum(tabulate(y, K)) / length(y))[1:(K - 1)], if (is.na(fix)) 0)
  r <- optim(st, obj, method = "BFGS", control = list(reltol = 1e-15, maxit = 2000), hessian = FALSE)
  r <- optim(r$par, obj, method = "BFGS", control = list(reltol = 1e-16, maxit = 2000)); list(par = r$par, value = -r$value) }
u <- firth(ys2, xs2); print(u); n0 <- firth(ys2, xs2, 0); print(2 * (u$value - n0$value))
g <- function(v) 2 * (u$value - firth(ys2, xs2, v)$value) - qchisq(.95, 1)
print(c(uniroot(g, c(-5, u$par[3]), tol = 1e-9)$root, uniroot(g, c(u$par[3], 20), tol = 1e-9)$root))

cat("## mixed proportional odds\n")
set.seed(1)
q <- data.frame(id = rep(1:15, each = 3), w = rep(0:2, 15),
  y = c(1,1,2, 2,3,3, 1,2,1, 3,4,4, 2,2,3, 1,3,2, 4,4,3, 2,1,2, 3,3,4, 1,1,1, 2,4,3, 3,2,3, 4,4,4, 1,2,3, 2,3,2))
q$w1 <- q$w == 1; q$w2 <- q$w == 2
for (n in c(1, 51)) { k <- clmm(factor(y) ~ w1 + w2 + (1 | id), data = transform(q, id = factor(id)), nAGQ = n, control = clmm.control(method = "nlminb", gradTol = 1e-12))
  print(as.numeric(logLik(k)), digits = 14); print(coef(k)); print(unlist(k$ST)); print(sqrt(diag(vcov(k)))) }

cat("## the same by Laplace's formula itself: standard errors of the approximation\n")
lap <- function(th) { a <- c(-Inf, th[1:3], Inf); eta <- th[4] * q$w1 + th[5] * q$w2; s <- exp(th[6]); z <- rep(0, 15)
  for (k in 1:100) { e <- eta + s * z[q$id]; u <- a[q$y + 1] - e; l <- a[q$y] - e; p <- plogis(u) - plogis(l); fu <- dlogis(u); fl <- dlogis(l)
    gu <- fu * (1 - 2 * plogis(u)); gl <- fl * (1 - 2 * plogis(l)); sc <- tapply(-s * (fu - fl) / p, q$id, sum) - z
    h <- tapply(s^2 * ((gu - gl) / p - ((fu - fl) / p)^2), q$id, sum) - 1; z <- z - sc / h }
  sum(log(p)) - sum(z^2) / 2 - 0.5 * sum(log(-h)) }
k <- optim(c(-1.51, 1.27, 4.23, 1.72, 1.93, log(2.87)), function(t) -lap(t), method = "BFGS", control = list(reltol = 1e-16))
print(-k$value, digits = 14); print(k$par); # numDeriv's first step is too wide here (3 % off)
H <- function(f, x, h) outer(seq_along(x), seq_along(x), Vectorize(function(i, j) { a <- b <- 0 * x; a[i] <- h; b[j] <- h
  (f(x + a + b) - f(x + a - b) - f(x - a + b) + f(x - a - b)) / (4 * h^2) }))
print(sqrt(diag(solve(-H(lap, k$par, 1e-3)))))
