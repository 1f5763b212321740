# Reference numbers of tests/analysis/drivers_and_indices_test.cpp: the survey of tests/analysis/public_answers.hpp (drivers, tests of tables,
# types) and a made-up survey with the instrument asb-perceptions (index). R 4.2.2, survey 4.1-1. Run: Rscript tests/reference/public_indices.R
suppressMessages(library(survey))
options(digits = 15, survey.lonely.psu = "fail")
i <- 0:479
year <- 2026
d <- data.frame(i = i, area = i %% 4 + 1)
d$returned <- (i * 7 + i %/% 9 + year) %% 11 < 3 + i %% 4
d$sex <- 1 + (i %/% 4 %% 5) %% 2
d$band <- ifelse(i %/% 3 %% 5 == 0, 1, 2)
drawn <- (i * 13 + i %/% 7 * 3 + year %% 3 + i %% 4) %% 17
d$job <- ifelse(drawn == 16, NA, 1 + drawn %% 5)
d$confident <- as.numeric(d$job >= 4)
d$years <- i %% 40
d$worry_1 <- as.numeric(i %% 3 == 0)
d$worry_2 <- ifelse(i %% 3 == 0 & i %% 4 != 1, 0, 1)
counts <- expand.grid(band = 1:2, sex = 1:2, area = 1:4)
counts$count <- 100 + 10 * (0:15)
people <- tapply(counts$count, counts$area, sum)
d <- d[d$returned, ]
d$w <- people[d$area] / 120
d$N <- people[d$area]
design <- svydesign(ids = ~1, strata = ~area, weights = ~w, fpc = ~N, data = d)
design <- update(design, farea = factor(area), sexband = interaction(sex, band))
margin <- aggregate(count ~ sex + band, counts, sum)
raked <- calibrate(design, list(~farea, ~sexband),
                   list(data.frame(farea = factor(1:4), Freq = as.numeric(people)),
                        data.frame(sexband = interaction(margin$sex, margin$band), Freq = margin$count)),
                   calfun = "raking", epsilon = 1e-12, maxit = 500)
p <- function(name, x) cat(name, ": ", paste(format(as.numeric(x), digits = 15), collapse = ", "), "\n", sep = "")

# Shapley shares of weighted R2: every order of entry, by lm with the raked weights
ok <- !is.na(d$confident)
sub <- d[ok, ]; sub$raked <- weights(raked)[ok]; w <- sub$raked
vars <- c("years", "sex", "worry_1")
r2 <- function(v) if (length(v) == 0) 0 else summary(lm(reformulate(v, "confident"), sub, weights = raked))$r.squared
orders <- list(c(1, 2, 3), c(1, 3, 2), c(2, 1, 3), c(2, 3, 1), c(3, 1, 2), c(3, 2, 1))
share <- rowMeans(sapply(orders, function(o) { g <- numeric(3); for (s in 1:3) g[o[s]] <- r2(vars[o[seq_len(s)]]) - r2(vars[o[seq_len(s - 1)]]); g }))
p("r2", r2(vars)); p("shares of explained", share / sum(share))
# average marginal effects: derivatives by differences
m <- svyglm(confident ~ years + I(sex - 1) + worry_1, subset(raked, ok), family = quasibinomial(), control = list(epsilon = 1e-15, maxit = 50))
X <- model.matrix(m)
ame <- function(b) { mu <- plogis(X %*% b); k <- function(j, v) { Z <- X; Z[, j] <- v; plogis(Z %*% b) }
  c(weighted.mean(mu * (1 - mu) * b[2], w), weighted.mean(mu * (1 - mu) * b[3], w), weighted.mean(k(4, 1) - k(4, 0), w)) }
J <- sapply(1:4, function(j) { h <- 1e-5; e <- replace(numeric(4), j, h); (ame(coef(m) + e) - ame(coef(m) - e)) / (2 * h) })
p("effects", ame(coef(m))); p("effects se", sqrt(diag(J %*% vcov(m) %*% t(J))))

# tests of tables; df of the denominator by Canvass' convention: where rows are the units, not more than those who answered less 1 (R: 191)
of_convention <- function(t) { k <- t$parameter[1]; c(t$statistic, k, 184 * k, pf(t$statistic, k, 184 * k, lower.tail = FALSE)) }
raked <- update(raked, job5 = factor(job))
for (f in list(~confident + sex, ~confident + band, ~confident + area, ~job5 + sex)) {
  t <- svychisq(f, raked, statistic = "F")
  v <- all.vars(f); s <- prop.table(svytable(f, raked)); e <- outer(rowSums(s), colSums(s))
  p(paste(v, collapse = " by "), c(of_convention(t), sqrt(sum((s - e)^2 / e) / (min(dim(s)) - 1))))
}
# types
yes <- function(x) as.numeric(!is.na(x) & x)
raked <- update(raked, known = yes(!is.na(confident)), t1 = yes(confident == 1 & worry_1 == 1), t2 = yes(confident == 1 & worry_1 == 0),
                t3 = yes(confident == 0 & worry_1 == 1), t4 = yes(confident == 0 & worry_1 == 0), confident = ifelse(is.na(confident), 0, confident))
full <- subset(raked, known == 1)
a <- svymean(~t1 + t2 + t3 + t4, full)
p("types", coef(a)); p("types se", SE(a))
b <- svyby(~confident, ~worry_1, full, svymean)
p("confident of no event, event", c(coef(b), SE(b)))
g <- svyglm(confident ~ worry_1, full); p("difference", c(coef(g)[2], SE(g)[2]))
t <- svychisq(~confident + worry_1, full, statistic = "F"); p("confident by worry_1", of_convention(t))
s1 <- svymean(~t1, subset(full, sex == 1)); p("both, sex 1", c(coef(s1), SE(s1)))

# the index: 240 people, two areas as strata, given weights, some gaps
n <- 0:239
strand <- function(k) { v <- (n * (2 * k + 3) + n %/% (k + 2) + k) %% 11; x <- c(0, 0, 1, 1, 1, 2, 2, 3, 0, 1, 3)[v + 1]
  ifelse((n + 5 * k) %% 37 == 0, NA, pmin(3, x + (n %% 5 == 0))) }
s <- sapply(1:7, strand)
s[n %% 60 == 7, 1:3] <- NA # four of seven answered: no score
answered <- rowSums(!is.na(s))
index <- ifelse(answered >= 5, rowSums(s, na.rm = TRUE) * 7 / answered, NA)
e <- data.frame(area = n %% 2 + 1, w = 1 + n %% 3 / 2, s, index = index, high = as.numeric(index >= 10))
des <- svydesign(ids = ~1, strata = ~area, weights = ~w, data = e)
m <- svymean(~index, des, na.rm = TRUE); p("index", c(coef(m), SE(m), sum(!is.na(index))))
m <- svymean(~high, des, na.rm = TRUE); p("high", c(coef(m), SE(m)))
for (k in 1:7) { des <- update(des, y = as.numeric(s[, k] >= 2)); m <- svymean(~y, des, na.rm = TRUE); p(paste("strand", k), c(coef(m), SE(m), sum(!is.na(s[, k])))) }
b <- svyby(~index, ~area, des, svymean, na.rm = TRUE); p("index by area", c(coef(b), SE(b)))
b <- svyby(~high, ~area, des, svymean, na.rm = TRUE); p("high by area", c(coef(b), SE(b)))
g <- svyglm(high ~ I(area == 1), des); p("area 1 against the rest", c(coef(g)[2], SE(g)[2]))
whole <- complete.cases(s)
p("alpha", c(svycralpha(~X1 + X2 + X3 + X4 + X5 + X6 + X7, subset(des, whole)), sum(whole)))
# alpha's error: the influence written out, its total's error by svytotal over the domain
W <- e$w * whole; T <- sum(W)
mean_w <- function(x) sum(W * ifelse(whole, x, 0)) / T
v <- function(x) mean_w((x - mean_w(x))^2)
z <- function(x) ifelse(whole, ((x - mean_w(x))^2 - v(x)) / T, 0)
S <- rowSums(s); parts <- sum(apply(s, 2, v)); zp <- rowSums(apply(s, 2, z))
des <- update(des, inf = 7 / 6 * (-zp / v(S) + parts * z(S) / v(S)^2))
p("alpha se", SE(svytotal(~inf, des)))
# points: 2 counts 1, 3 counts 2; the sum of the first three, all answered
pts <- matrix(c(0, 0, 1, 2)[s[, 1:3] + 1], ncol = 3)
des <- update(des, pt = rowSums(pts))
m <- svymean(~pt, des, na.rm = TRUE); p("points", c(coef(m), SE(m), sum(!is.na(rowSums(pts)))))
des <- update(des, pth = as.numeric(rowSums(pts) >= 4)); m <- svymean(~pth, des, na.rm = TRUE); p("points high", c(coef(m), SE(m)))

# users of the police: 260 people, two divisions as strata, given weights (tests/analysis/user_satisfaction_test.cpp)
n <- 0:259
aspect <- function(k) { v <- (n * (2 * k + 3) + n %/% (k + 1) + k * k) %% 23; ifelse(v == 22, NA, pmin(7, 1 + v %% 9)) }
u <- data.frame(division = n %% 2 + 1, w = 1 + n %% 4 / 2, incident = 1 + n %% 6, sapply(1:5, aspect))
names(u)[4:8] <- c("contact", "actions", "follow_up", "treatment", "whole")
u$white <- as.numeric(n %% 7 != 3)
u$confident <- as.numeric(1 + (n * 7 + n %/% 5 + ifelse(is.na(u$whole), 0, u$whole)) %% 5 >= 4)
u$satisfied <- as.numeric(u$whole >= 5)
des <- svydesign(ids = ~1, strata = ~division, weights = ~w, data = u)
share <- function(f, d) { m <- svymean(f, d, na.rm = TRUE); c(coef(m), SE(m), sum(!is.na(d$variables[[all.vars(f)[1]]]))) }
for (a in c("contact", "actions", "follow_up", "treatment", "whole")) { des <- update(des, y = as.numeric(u[[a]] >= 5)); p(a, share(~y, des)) }
for (l in 1:7) p(paste("confident, whole", l), share(~confident, subset(des, !is.na(whole) & whole == l)))
g <- svyglm(confident ~ whole, des); p("slope", c(coef(g)[2], SE(g)[2], sum(!is.na(u$whole))))
g <- svyglm(satisfied ~ white, des); p("gap", c(coef(g)[2], SE(g)[2]))
for (k in c(1, 5)) p(paste("satisfied, incident", k), share(~satisfied, subset(des, incident == k)))
t <- svychisq(~satisfied + incident, des); p("satisfied by incident", c(t$statistic, t$parameter[1]))
