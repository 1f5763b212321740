# Small references for tests/stats/{paired,two_sample,small_statistics}_test.cpp. R 4.2.2, coin 1.4-2, base stats.
options(digits = 15); suppressMessages(library(coin))
before <- c(1,2,2,3,3,1,2,4,3,2,1,5,3,2,4); after <- c(2,2,3,3,4,3,2,5,2,4,1,5,5,2,5)
p <- function(...) cat(..., "\n")
d <- after - before
for (z in c("Pratt", "Wilcoxon")) for (di in c("exact", "asymptotic")) { t <- wilcoxsign_test(after ~ before, zero.method = z, distribution = di); p(z, di, sprintf("%.15g", c(statistic(t), pvalue(t)))) }
suppressWarnings(w <- wilcox.test(after, before, paired = TRUE, exact = FALSE)); p("R45", w$statistic, sprintf("%.15g", w$p.value))
r <- rank(abs(d[d != 0])); s <- sum(r * sign(d[d != 0])) / 2; n <- length(r); V <- sum(r^2) / 4; tt <- s * sqrt(n - 1) / sqrt(n * V - s^2); p("drop-t", sprintf("%.15g", c(tt, 2 * pt(-abs(tt), n - 1))))
t <- t.test(after, before, paired = TRUE); p("t", sprintf("%.15g", c(t$statistic, t$p.value, t$conf.int)))
ncp <- function(t, df, q) uniroot(function(d) pt(t, df, d) - q, c(-40, 40), tol = 1e-14)$root
dz <- t$statistic / sqrt(15); p("dz", sprintf("%.12g", c(dz, ncp(t$statistic, 14, .975) / sqrt(15), ncp(t$statistic, 14, .025) / sqrt(15))))
p("dav", sprintf("%.15g", mean(d) / sqrt((var(before) + var(after)) / 2)), "r", sprintf("%.15g", cor(before, after)))
J <- function(m) exp(lgamma(m / 2) - lgamma((m - 1) / 2)) / sqrt(m / 2); p("J", sprintf("%.15g", c(J(14), J(2), J(81), J(1000))))
p("sign", sprintf("%.15g", binom.test(sum(d > 0), sum(d != 0))$p.value), "up", sum(d > 0), "down", sum(d < 0))
tango <- function(b, c, n, z = qnorm(.975)) { f <- function(D) { B <- -b - c + (2 * n - b + c) * D; C <- -c * D * (1 - D); q <- (sqrt(B^2 - 8 * n * C) - B) / (4 * n); (b - c - n * D) / sqrt(n * (2 * q + D * (1 - D))) }
  e <- (b - c) / n; c(uniroot(function(D) f(D) - z, c(-1 + 1e-9, e), tol = 1e-13)$root, uniroot(function(D) f(D) + z, c(e, 1 - 1e-9), tol = 1e-13)$root) }
p("tango 8,1,15", sprintf("%.12g", tango(8, 1, 15)), " 12,3,44", sprintf("%.12g", tango(12, 3, 44)))
x <- c(3,4,2,5,4,3,5,4); y <- c(2,1,3,2,2,4,1,3,2)
suppressWarnings({w <- wilcox.test(x, y, exact = FALSE); v <- wilcox.test(x, y, exact = FALSE, correct = FALSE)}); p("W", w$statistic, sprintf("%.15g", c(w$p.value, v$p.value)))
f <- data.frame(v = c(x, y), g = factor(rep(1:2, c(8, 9)))); t <- wilcox_test(v ~ g, f, distribution = "exact"); p("coin", sprintf("%.15g", c(statistic(t), pvalue(t))))
cb <- combn(17, 8); rk <- rank(c(x, y)); W <- colSums(matrix(rk[cb], 8)); p("two-min", sprintf("%.15g", 2 * min(mean(W <= sum(rk[1:8])), mean(W >= sum(rk[1:8])))))
bm <- function(a, b) { n1 <- length(a); n2 <- length(b); r <- rank(c(a, b)); r1 <- r[1:n1]; r2 <- r[-(1:n1)]; ph <- (mean(r2) - (n2 + 1) / 2) / n1
  v1 <- sum((r1 - rank(a) - mean(r1) + (n1 + 1) / 2)^2) / (n1 - 1); v2 <- sum((r2 - rank(b) - mean(r2) + (n2 + 1) / 2)^2) / (n2 - 1)
  st <- n1 * n2 * (mean(r2) - mean(r1)) / (n1 + n2) / sqrt(n1 * v1 + n2 * v2); df <- (n1 * v1 + n2 * v2)^2 / ((n1 * v1)^2 / (n1 - 1) + (n2 * v2)^2 / (n2 - 1)); se <- sqrt(v1 / (n1 * n2^2) + v2 / (n2 * n1^2)); c(ph, st, df, 2 * pt(-abs(st), df), se) }
o <- bm(y, x); p("bm", sprintf("%.15g", o)); q <- qt(.975, o[3]); l <- qlogis(o[1]); p("logit", sprintf("%.15g", plogis(l + c(-1, 1) * q * o[5] / (o[1] * (1 - o[1])))))
al <- c(y, x); cb <- combn(17, 9); T <- apply(cb, 2, function(i) { s <- bm(al[i], al[-i])[2]; s }); p("perm", sprintf("%.15g", 2 * min(mean(T <= o[2] + 1e-12), mean(T >= o[2] - 1e-12))))
t <- t.test(x, y); p("welch", sprintf("%.15g", c(t$statistic, t$parameter, t$p.value, t$conf.int)))
t <- t.test(x, y, var.equal = TRUE); g <- unname(t$statistic) * sqrt(1/8 + 1/9); p("g", sprintf("%.12g", J(15) * c(g, ncp(t$statistic, 15, .975) * sqrt(1/8 + 1/9), ncp(t$statistic, 15, .025) * sqrt(1/8 + 1/9))))
s <- unname(t.test(x, y)$stderr); df <- unname(t.test(x, y)$parameter); e <- mean(x) - mean(y); p("tost +-2", sprintf("%.15g", c(pt((e + 2) / s, df, lower = FALSE), pt((e - 2) / s, df), e + c(-1, 1) * qt(.95, df) * s)))
m <- matrix(c(4,1,0, 2,6,1, 0,5,2, 3,0,7), 3); p("fisher 3x4", sprintf("%.12g", fisher.test(m)$p.value)); suppressWarnings(ch <- chisq.test(m)); p("chi", sprintf("%.15g", c(ch$statistic, ch$p.value)))
f2 <- fisher.test(matrix(c(8, 2, 3, 9), 2)); p("fisher 2x2", sprintf("%.10g", c(f2$p.value, f2$estimate, f2$conf.int)), sprintf("%.12g", c(fisher.test(matrix(c(8,2,3,9),2), alternative = "less")$p.value, fisher.test(matrix(c(8,2,3,9),2), alternative = "greater")$p.value)))
t <- lbl_test(as.table(m)); p("lbl", sprintf("%.15g", c(statistic(t), pvalue(t))))
tb <- matrix(c(10,2,1, 5,12,3, 1,6,15), 3); tt <- as.table(tb); mh <- mh_test(tt); p("mh", sprintf("%.15g", c(statistic(mh), pvalue(mh)))); mo <- mh_test(tt, scores = list(response = 1:3)); p("mh ordinal", sprintf("%.15g", c(statistic(mo), pvalue(mo))))
pv <- c(.011, .02, .03, .04, .0005, .6); for (a in c("holm", "hochberg", "hommel", "BH", "BY")) p(a, sprintf("%.15g", p.adjust(pv, a)))
p("wilson 7/40", sprintf("%.15g", prop.test(7, 40, correct = FALSE)$conf.int), "cp", sprintf("%.15g", binom.test(7, 40)$conf.int))
w1 <- prop.test(15, 34, correct = FALSE)$conf.int; w2 <- prop.test(56, 70, correct = FALSE)$conf.int; dd <- 56/70 - 15/34; p("newcombe", sprintf("%.15g", c(dd, dd - sqrt((56/70 - w2[1])^2 + (w1[2] - 15/34)^2), dd + sqrt((w2[2] - 56/70)^2 + (15/34 - w1[1])^2))))
need <- function(df, a) uniroot(function(n) pt(qt(1 - a/2, df), df, n, lower = FALSE) + pt(-qt(1 - a/2, df), df, n) - .8, c(.5, 12), tol = 1e-13)$root
p("mde", sprintf("%.10g", c(need(39, .05) / sqrt(40), need(71, .05) * sqrt(1/40 + 1/33), need(71, .05/49) * sqrt(1/40 + 1/33), need(53, .05) * sqrt(1/30 + 1/25), need(71, .05/20) * sqrt(1/40 + 1/33))))
p("n per group d .5", power.t.test(delta = .5, power = .8, strict = TRUE)$n)
a <- as.matrix(attitude); V <- cov(a); k <- 7; al <- k/(k-1) * (1 - sum(diag(V)) / sum(V)); R <- cor(a); rb <- mean(R[lower.tri(R)])
p("alpha", sprintf("%.15g", c(al, 1 - (1 - al) * qf(c(.975, .025), 29, 29 * 6), k * rb / (1 + (k - 1) * rb), 1 - sum(1 / diag(solve(R))) / sum(R), cor(a[, 1], rowSums(a[, -1])), 6/5 * (1 - sum(diag(V[-1,-1])) / sum(V[-1,-1])))))
# fisher.test's limits with a stricter root: matrix(c(8, 2, 3, 9), 2)
ldc <- dhyper(0:10, 11, 11, 10, log = TRUE); dn <- function(o) { d <- ldc + log(o) * 0:10; d <- exp(d - max(d)); d / sum(d) }
up <- function(o) sum(dn(o)[9:11]) - .025; lo <- function(o) sum(dn(o)[1:9]) - .025
p("odds", sprintf("%.10g", c(uniroot(function(l) sum(0:10 * dn(exp(l))) - 8, c(-9, 9), tol = 1e-13)$root, uniroot(function(l) up(exp(l)), c(-9, 9), tol = 1e-13)$root, uniroot(function(l) lo(exp(l)), c(-9, 9), tol = 1e-13)$root) |> exp()))
