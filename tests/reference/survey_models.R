# Reference numbers of tests/survey/*: models, tables, rank tests and reliability under a design.
# A made-up sample by formula (60 people, 3 strata, 12 PSUs), so that no file is needed; the same in tests/survey/small_sample.hpp.
# R 4.2.2, survey 4.1-1. Run: Rscript tests/reference/survey_models.R
suppressMessages(library(survey))
i <- 0:59
d <- data.frame(stratum = i %/% 20, psu = i %/% 5, w = 1 + ((i * 7) %% 5) / 2, N = c(40, 30, 25)[i %/% 20 + 1],
                x = (i * 11) %% 13, k = (i * 5 + i %/% 7) %% 3, u = (i * 17) %% 23)
d$y <- d$x / 2 + 3 * (d$k == 2) + d$u / 4
d$b <- as.integer(d$x / 4 + (d$k == 1) + d$u / 6 > 4)
d$cnt <- (d$x + d$u) %% 6
d$o <- 1 + (d$y > 4) + (d$y > 6.5) + (d$y > 9)
d$i1 <- (d$x + 2) %/% 3; d$i2 <- (d$x + d$u %% 4) %/% 3; d$i3 <- (d$x + d$u %% 7) %/% 4
d$r1 <- d$x %% 3; d$r2 <- ifelse(d$u %% 4 == 0, d$k, d$r1)
d$y[9] <- NA; d$k[34] <- NA
d$kf <- factor(d$k)
des <- svydesign(id = ~psu, strata = ~stratum, weights = ~w, fpc = ~N, data = d)
# Complete rows as a domain: regTermTest would fit its smaller model to more rows than the larger one.
full <- subset(des, !is.na(y) & !is.na(kf)); full_b <- subset(des, !is.na(kf))
rep <- as.svrepdesign(svydesign(id = ~psu, strata = ~stratum, weights = ~w, data = d), type = "JKn")
p <- function(name, x) cat(name, ": ", paste(format(as.numeric(x), digits = 15), collapse = ", "), "\n", sep = "")

sharp <- list(epsilon = 1e-15, maxit = 50) # R stops at 1e-8 of the deviance otherwise
for (f in list(list("gaussian", y ~ x + kf, gaussian()), list("logistic", b ~ x + kf, quasibinomial()), list("poisson", cnt ~ x + kf, quasipoisson()))) {
  m <- svyglm(f[[2]], if (f[[1]] == "gaussian") full else full_b, family = f[[3]], control = sharp)
  p(paste(f[[1]], "coef"), coef(m)); p(paste(f[[1]], "se"), SE(m)); p(paste(f[[1]], "p"), summary(m)$coefficients[, 4])
  p(paste(f[[1]], "df, deviance, null"), c(m$df.residual, m$deviance, m$null.deviance))
  w <- regTermTest(m, ~kf); p(paste(f[[1]], "wald kf"), c(w$Ftest, w$df, w$ddf, w$p))
  l <- regTermTest(m, ~kf, method = "LRT"); p(paste(f[[1]], "lrt kf"), c(l$chisq, l$lambda, l$p))
  r <- svyglm(f[[2]], rep, family = f[[3]], control = sharp)
  p(paste(f[[1]], "JKn se"), SE(r))
}
m <- svyglm(b ~ x + kf, full_b, family = quasibinomial(), control = sharp)
p("psrsq", c(psrsq(m), psrsq(m, method = "Nagelkerke")))

# tables
for (s in c("F", "Chisq", "Wald", "adjWald", "saddlepoint")) {
  t <- svychisq(~o + kf, des, statistic = s); p(paste("table", s), c(t$statistic, t$parameter, t$p.value))
}
t <- svychisq(~o + kf, rep, statistic = "F"); p("table F JKn", c(t$statistic, t$parameter, t$p.value))
m <- svyglm(b ~ o, des); p("trend", c(coef(m)[2], SE(m)[2], m$df.residual, summary(m)$coefficients[2, 4]))
m <- svyglm(b ~ o + I(o == 3) + I(o == 4), des); w <- regTermTest(m, ~I(o == 3) + I(o == 4)); p("departure", c(w$Ftest, w$df, w$ddf, w$p))
# t and rank tests
t <- svyttest(I(y - 5) ~ 0, des, na.rm = TRUE); p("one-sample t", c(t$statistic, t$parameter, t$p.value))
t <- svyttest(y ~ b, des); p("two-sample t", c(t$statistic, t$parameter, t$p.value, t$estimate, t$conf.int))
for (s in c("wilcoxon", "vanderWaerden", "median")) {
  t <- svyranktest(y ~ b, des, test = s); p(paste("rank", s), c(t$estimate, t$statistic, t$parameter, t$p.value))
  t <- svyranktest(y ~ kf, des, test = s); p(paste("rank 3", s), c(t$parameter, t$statistic, t$ddf, t$p.value))
}
# reliability; the error of alpha from JKn
p("alpha", svycralpha(~i1 + i2 + i3, des))
a <- withReplicates(rep, function(w, d) { v <- function(x) { m <- sum(w * x) / sum(w); sum(w * (x - m)^2) / sum(w) }
  1.5 * (1 - (v(d$i1) + v(d$i2) + v(d$i3)) / v(d$i1 + d$i2 + d$i3)) })
p("alpha JKn", c(a, SE(a)))
d2 <- subset(d, TRUE); d2$r1 <- factor(d2$r1); d2$r2 <- factor(d2$r2)
des2 <- svydesign(id = ~psu, strata = ~stratum, weights = ~w, fpc = ~N, data = d2)
k <- svykappa(~r1 + r2, des2); p("kappa", c(coef(k), SE(k)))
# alpha by linearisation: the influence written out, its total's error by svytotal
v <- function(x) sum(d$w * (x - sum(d$w * x) / sum(d$w))^2) / sum(d$w)
z <- function(x) ((x - sum(d$w * x) / sum(d$w))^2 - v(x)) / sum(d$w)
s <- d$i1 + d$i2 + d$i3
inf <- 1.5 * (-(z(d$i1) + z(d$i2) + z(d$i3)) / v(s) + (v(d$i1) + v(d$i2) + v(d$i3)) * z(s) / v(s)^2)
p("alpha se", SE(svytotal(inf, des)))
# proportional odds: svyolr with a sharp optimum; its numerical Hessian replaced by differences of the exact gradient
m <- svyolr(factor(o) ~ x + kf, full_b, control = list(reltol = 1e-16, maxit = 5000))
ok <- !is.na(d$kf); X <- cbind(d$x, d$k == 1, d$k == 2)[ok, ]; Y <- d$o[ok]; W <- d$w[ok]
score <- function(t) { z <- c(-Inf, t[4:6], Inf); e <- drop(X %*% t[1:3]); u <- z[Y + 1] - e; l <- z[Y] - e
  pr <- plogis(u) - plogis(l); du <- dlogis(u) / pr; dl <- dlogis(l) / pr
  cbind(-X * (du - dl), outer(Y, 1:3, "==") * du - outer(Y, 2:4, "==") * dl) }
t <- c(coef(m)[1:3], m$zeta)
for (it in 1:6) { H <- sapply(1:6, function(j) { h <- 1e-5; e <- replace(numeric(6), j, h)
  (colSums(W * score(t + e)) - colSums(W * score(t - e))) / (2 * h) }); t <- t - solve(H, colSums(W * score(t))) }
inf <- matrix(0, 60, 6); inf[ok, ] <- score(t) %*% solve(-H)
V <- vcov(svytotal(inf, des))
p("olr", t); p("olr se", sqrt(diag(V)))
# average marginal effects of the logistic model by the delta method, derivatives by differences
m <- svyglm(b ~ x + kf, full_b, family = quasibinomial(), control = sharp)
ame <- function(beta) { e <- function(xx, k) plogis(beta[1] + beta[2] * xx + beta[3] * (k == 1) + beta[4] * (k == 2)); x <- d$x[ok]; k <- d$k[ok]
  mu <- e(x, k); c(weighted.mean(mu * (1 - mu) * beta[2], W), weighted.mean(e(x, 1) - e(x, 0), W), weighted.mean(e(x, 2) - e(x, 0), W)) }
J <- sapply(1:4, function(j) { h <- 1e-5; u <- replace(numeric(4), j, h); (ame(coef(m) + u) - ame(coef(m) - u)) / (2 * h) })
p("ame", ame(coef(m))); p("ame se", sqrt(diag(J %*% vcov(m) %*% t(J))))
# Shapley shares of weighted R2: every order of entry, by lm with weights
sub <- d[!is.na(d$y) & !is.na(d$k), ]
r2 <- function(v, w = sub$w) { if (!length(v)) return(0); sub$ww <- w; f <- lm(reformulate(v, "y"), sub, weights = ww); 1 - sum(w * resid(f)^2) / sum(w * (sub$y - weighted.mean(sub$y, w))^2) }
orders <- list(c(1, 2, 3), c(1, 3, 2), c(2, 1, 3), c(2, 3, 1), c(3, 1, 2), c(3, 2, 1))
v <- c("x", "kf", "cnt")
lmg <- function(w) rowMeans(sapply(orders, function(o) { g <- numeric(3); for (s in 1:3) g[o[s]] <- r2(v[o[seq_len(s)]], w) - r2(v[o[seq_len(s - 1)]], w); g }))
p("lmg", c(lmg(sub$w), r2(v)))
rw <- weights(rep, "analysis")[!is.na(d$y) & !is.na(d$k), ]
th <- apply(rw, 2, lmg); p("lmg JKn se", sqrt(rowSums((th - rowMeans(th))^2 * 3 / 4)))
# lincom: the weighted sum by Imhof's integral (the package would need CompQuadForm)
cell <- factor(d$o):factor(d$kf); cells <- model.matrix(~cell - 1, model.frame(~cell, data.frame(cell), na.action = na.pass))
mc <- svymean(cells, des, na.rm = TRUE); C <- kronecker(contr.helmert(4), contr.helmert(3)); D <- diag(ifelse(coef(mc) > 0, 1 / coef(mc), 0))
lambda <- Re(eigen(solve(t(C) %*% D %*% C / 59, t(C) %*% D %*% vcov(mc) %*% D %*% C))$values)
x2 <- svychisq(~o + kf, des, statistic = "Chisq")$statistic * 59 / 60; nu <- sum(lambda)^2 / sum(lambda^2) * 9
l <- c(lambda, -x2 / nu); h <- c(rep(1, 6), nu)
f <- Vectorize(function(u) sin(sum(h * atan(l * u)) / 2) / (u * exp(sum(h * log1p((l * u)^2)) / 4)))
p("table lincom", 0.5 + integrate(f, 0, 20, rel.tol = 1e-11, subdivisions = 5000)$value / pi + integrate(f, 20, Inf, rel.tol = 1e-8, subdivisions = 5000)$value / pi)
# ranks: pairs of the means of y by k
b <- svyby(~y, ~k, full, svymean, covmat = TRUE)
for (cc in list(c(-1, 1, 0), c(-1, 0, 1), c(0, -1, 1))) { s <- svycontrast(b, cc); p("pair p", 2 * pt(-abs(coef(s) / SE(s)), 9)) }
# score tests of kf beside x in the logistic model, written out (svyscoretest came with survey 4.2)
m0 <- svyglm(b ~ x, full_b, family = quasibinomial(), control = sharp); mu <- as.numeric(fitted(m0))
X <- model.matrix(~x + kf, d); Y <- d$b[ok]; info <- t(X) %*% (W * mu * (1 - mu) * X)
A <- info[3:4, 1:2] %*% solve(info[1:2, 1:2]); U <- matrix(0, 60, 2); U[ok, ] <- (X[, 3:4] - X[, 1:2] %*% t(A)) * (Y - mu)
s <- svytotal(U, des); q <- drop(coef(s) %*% solve(vcov(s), coef(s))); p("pseudo score", c(q / 2, pf(q / 2, 2, 6, lower.tail = FALSE)))
V <- info[3:4, 3:4] - A %*% info[1:2, 3:4]; q <- drop(coef(s) %*% solve(V, coef(s))) / mean(W)
l <- eigen(solve(V, vcov(s)) / mean(W))$values; n <- sum(l)^2 / sum(l^2)
p("working score", c(q / sum(l), pf(q / sum(l), n, 6, lower.tail = FALSE), l))

# Goodman and Kruskal's gamma of o and k: shares of the cells with their covariance, and the delta method; by JKn in every replicate.
gamma_of <- function(p, rows, columns) { m <- matrix(p, rows, columns); up <- 0; down <- 0
  for (a in 1:rows) for (b in 1:columns) for (r in 1:rows) for (c in 1:columns) {
    if (r > a && c > b) up <- up + m[a, b] * m[r, c]
    if (r > a && c < b) down <- down + m[a, b] * m[r, c] }
  (up - down) / (up + down) }
gamma_by <- function(design) { cells <- svymean(~interaction(factor(o), kf), design, na.rm = TRUE)
  value <- gamma_of(coef(cells), 4, 3); h <- 1e-6
  slope <- sapply(seq_along(coef(cells)), function(j) { e <- replace(numeric(12), j, h)
    (gamma_of(coef(cells) + e, 4, 3) - gamma_of(coef(cells) - e, 4, 3)) / (2 * h) })
  c(value, sqrt(drop(t(slope) %*% vcov(cells) %*% slope))) }
p("gamma", gamma_by(des))
g <- withReplicates(rep, function(w, d) gamma_of(as.vector(tapply(w, list(d$o, d$kf), sum, default = 0)), 4, 3)); p("gamma JKn", c(g, SE(g)))
# The table of litter (1 very common .. 4 not at all) by victim that the British Crime Survey 2007-08 publishes: everybody counts once.
m <- rbind(c(141, 63), c(876, 368), c(3173, 981), c(4614, 849))
t <- data.frame(o = row(m)[rep(seq_along(m), m)], kf = col(m)[rep(seq_along(m), m)])
cells <- svymean(~interaction(o, kf), svydesign(~1, weights = ~1, data = transform(t, o = factor(o), kf = factor(kf))))
h <- 1e-6; slope <- sapply(1:8, function(j) { e <- replace(numeric(8), j, h); (gamma_of(coef(cells) + e, 4, 2) - gamma_of(coef(cells) - e, 4, 2)) / (2 * h) })
p("gamma published", c(gamma_of(coef(cells), 4, 2), sqrt(drop(t(slope) %*% vcov(cells) %*% slope))))
