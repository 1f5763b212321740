# The survey of tests/analysis/public_answers.hpp with a second question (tests/analysis/further_answers.hpp): statistics, models and tests
# that a plan may name, of 2026. R 4.2.2, survey 4.1-1. Run: Rscript tests/reference/further_estimates.R
suppressMessages(library(survey))
options(survey.lonely.psu = "fail")
year <- 2026
i <- 0:479
d <- data.frame(i = i, area = i %% 4 + 1)
d$returned <- (i * 7 + i %/% 9 + year) %% 11 < 3 + i %% 4
d$sex <- 1 + (i %/% 4 %% 5) %% 2
d$band <- ifelse(i %/% 3 %% 5 == 0, 1, 2)
drawn <- (i * 13 + i %/% 7 * 3 + year %% 3 + i %% 4) %% 17
d$job <- ifelse(drawn == 16, NA, 1 + drawn %% 5)
other <- (i * 5 + i %/% 11 * 2 + year %% 7) %% 13
d$city <- ifelse(other == 12, NA, ifelse(i %% 3 == 0 & !is.na(d$job), d$job, 1 + other %% 5))
d$confident <- as.numeric(d$job >= 4)
d$years <- i %% 40
d$noise <- as.numeric(i %% 3 == 0)
counts <- expand.grid(band = 1:2, sex = 1:2, area = 1:4)
counts$count <- 100 + 10 * (0:15)
people <- tapply(counts$count, counts$area, sum)
d <- d[d$returned, ]
d$w <- people[d$area] / 120
d$N <- people[d$area]
d <- transform(d, farea = factor(area), sexband = interaction(sex, band), fsex = factor(sex), fband = factor(band), fjob = factor(job))
margin <- aggregate(count ~ sex + band, counts, sum)
D <- calibrate(svydesign(ids = ~1, strata = ~area, weights = ~w, fpc = ~N, data = d), list(~farea, ~sexband),
               list(data.frame(farea = factor(1:4), Freq = as.numeric(people)),
                    data.frame(sexband = interaction(margin$sex, margin$band), Freq = margin$count)),
               calfun = "raking", epsilon = 1e-13, maxit = 500)
D <- update(D, w = weights(D))
p <- function(name, x) cat(name, ": ", paste(format(as.numeric(x), digits = 14), collapse = ", "), "\n", sep = "")
both <- function(name, m) p(name, c(coef(m), SE(m)))

both("total confident", svytotal(~confident, D, na.rm = TRUE))
p("total deff", c(deff(svytotal(~confident, D, na.rm = TRUE, deff = "replace")), deff(svytotal(~confident, D, na.rm = TRUE, deff = TRUE))))
both("total by sex", svyby(~confident, ~sex, D, svytotal, na.rm = TRUE))
both("mean years", svymean(~years, D))
p("mean deff", c(deff(svymean(~years, D, deff = "replace")), deff(svymean(~years, D, deff = TRUE))))
by <- svyglm(years ~ 0 + farea, D) # means of the areas with their covariances (svyby(covmat = TRUE) stops on a calibrated subset)
for (pair in list(c(1, 2), c(1, 4), c(3, 4))) { e <- numeric(4); e[pair] <- c(-1, 1); both(paste("areas", paste(pair, collapse = " ")), svycontrast(by, e)) }
p("holm", p.adjust(c(.01, .02, .03), "holm"))
both("ratio", svyratio(~confident, ~years, D, na.rm = TRUE))
A <- update(D, c1 = ifelse(is.na(confident), 0, confident) * (sex == 1), c2 = ifelse(is.na(confident), 0, confident) * (sex == 2),
            y1 = ifelse(is.na(confident), 0, years) * (sex == 1), y2 = ifelse(is.na(confident), 0, years) * (sex == 2))
r <- svycontrast(svytotal(~c1 + c2 + y1 + y2, A), list(one = quote(c1 / y1), two = quote(c2 / y2), pair = quote(c2 / y2 - c1 / y1))); both("ratio by sex, pair", r)
both("ratio years to job", svyratio(~years, ~job, D, na.rm = TRUE))
show <- function(name, q) p(name, unlist(lapply(q, function(one) t(as.data.frame(one)))))
show("quantile math mean", svyquantile(~years, D, c(.25, .5, .75), qrule = "math", interval.type = "mean"))
show("quantile hf7 beta", svyquantile(~years, subset(D, sex == 1), c(.5), qrule = "hf7", interval.type = "beta"))
v <- svyvar(~years, D); p("variance", c(coef(v), SE(v)))
v <- svyvar(~years, subset(D, sex == 2)); p("variance sex 2", c(coef(v), SE(v)))
D <- update(D, job0 = ifelse(is.na(job), 1, job), city0 = ifelse(is.na(city), 1, city)) # a calibrated subset keeps its other rows, at weight 0
v <- svyvar(~years + job0, subset(D, !is.na(job)))
correlation <- function(name, v) { m <- as.matrix(v); r <- m[1, 2] / sqrt(m[1, 1] * m[2, 2])
  g <- c(-r / (2 * m[1, 1]), 1 / sqrt(m[1, 1] * m[2, 2]), 0, -r / (2 * m[2, 2])); p(name, c(r, sqrt(drop(t(g) %*% vcov(v) %*% g)))) }
correlation("correlation years job", v)
v <- svyvar(~job0 + city0, subset(D, !is.na(job) & !is.na(city)))
correlation("correlation job city", v)
E <- update(subset(D, !is.na(job) & !is.na(city)), r1 = factor(job0), r2 = factor(city0))
both("kappa", svykappa(~r1 + r2, E))
p("alpha", svycralpha(~job0 + city0, E))
# its error: the alpha of totals of 1, the items, their sum and the squares
E <- update(E, one = 1, a = job0, b = city0, s = job0 + city0, a2 = job0^2, b2 = city0^2, s2 = (job0 + city0)^2)
both("alpha with error", svycontrast(svytotal(~one + a + b + s + a2 + b2 + s2, E),
  quote(2 * (1 - (a2 / one - (a / one)^2 + b2 / one - (b / one)^2) / (s2 / one - (s / one)^2)))))

sharp <- list(epsilon = 1e-15, maxit = 60)
D <- update(D, confident0 = ifelse(is.na(confident), 0, confident))
full <- subset(D, !is.na(confident))
model <- function(name, m) { both(name, m)
  for (t in attr(terms(m), "term.labels")) { f <- as.formula(paste("~", t))
    w <- regTermTest(m, f); p(paste(name, "wald", t), c(w$Ftest, w$df))
    l <- regTermTest(m, f, method = "LRT"); p(paste(name, "lrt", t), c(l$chisq / sum(l$lambda), l$df))
 } }
model("logistic", svyglm(confident0 ~ fsex + fband + years + noise, full, family = quasibinomial(), control = sharp))
# the score test of noise, written out (svyscoretest came with survey 4.2)
m0 <- svyglm(confident0 ~ fsex + fband + years, full, family = quasibinomial(), control = sharp)
V <- D$variables; ok <- !is.na(V$confident); X <- model.matrix(~fsex + fband + years + noise, V); W <- weights(D) * ok
mu <- plogis(drop(X[, 1:4] %*% coef(m0))); info <- t(X) %*% (W * mu * (1 - mu) * X)
U <- ok * (X[, 5] - X[, 1:4] %*% solve(info[1:4, 1:4], info[1:4, 5])) * (V$confident0 - mu)
s <- svytotal(U, D); p("logistic score noise", c(coef(s)^2 / vcov(s)))
m <- svyglm(noise ~ fsex + fband + years, D, family = quasibinomial(), control = sharp) # nobody is missing: R scales weights over all rows
p("r2", c(psrsq(m), psrsq(m, method = "Nagelkerke"), 1 - m$deviance / m$null.deviance)); p("aic", AIC(m))
model("gaussian", svyglm(years ~ relevel(farea, "2") + fsex, D, control = sharp))
m <- svyglm(years ~ relevel(farea, "2") + fsex, D, control = sharp); p("gaussian r2", 1 - m$deviance / m$null.deviance)
model("poisson", svyglm(years ~ fsex + noise, D, family = quasipoisson(), control = sharp))
m <- svyolr(factor(job0) ~ fsex + fband + years, subset(D, !is.na(job)), control = list(reltol = 1e-15, maxit = 1000)); p("ordinal", c(coef(m), SE(m)))

t <- svyttest(years ~ I(sex == 1), D); p("t years by sex", c(t$estimate, t$statistic))
m <- svyglm(years ~ I(sex == 1), D); p("t error", c(coef(m)[2], SE(m)[2]))
m <- svyglm(confident ~ I(area %in% 1:2), D); p("t confident areas 1 2", c(coef(m)[2], SE(m)[2], coef(m)[2] / SE(m)[2]))
m <- svymean(~confident, D, na.rm = TRUE); p("one sample confident 40", c(coef(m) - .4, SE(m), (coef(m) - .4) / SE(m)))
# ranks with ties in the middle of their weight (R's own depend on the order of the rows)
w <- weights(D); y <- D$variables$years
rank <- sapply(y, function(v) (sum(w[y < v]) + sum(w[y == v]) / 2)) / sum(w)
for (s in list(wilcoxon = rank, van_der_waerden = qnorm(rank), median = as.numeric(rank > .5))) {
  m <- svyglm(s ~ I(sex == 1), update(D, s = s)); p("rank sex", c(coef(m)[2], SE(m)[2], coef(m)[2] / SE(m)[2]))
  m <- svyglm(s ~ farea, update(D, s = s)); k <- regTermTest(m, ~farea); p("rank areas", c(k$Ftest, k$df)) }

for (s in c("F", "Chisq", "Wald", "adjWald", "lincom", "saddlepoint")) {
  t <- svychisq(~job + band, D, statistic = s); p(paste("table", s), c(t$statistic, t$p.value)) }
gamma_of <- function(q, rows, columns) { m <- matrix(q, rows, columns); up <- 0; down <- 0
  for (a in 1:rows) for (b in 1:columns) for (r in 1:rows) for (c in 1:columns) {
    if (r > a && c > b) up <- up + m[a, b] * m[r, c]
    if (r > a && c < b) down <- down + m[a, b] * m[r, c] }
  (up - down) / (up + down) }
cells <- svytotal(~interaction(fjob, fband), D, na.rm = TRUE); h <- .01
slope <- sapply(1:10, function(j) { e <- replace(numeric(10), j, h); (gamma_of(coef(cells) + e, 5, 2) - gamma_of(coef(cells) - e, 5, 2)) / (2 * h) })
p("gamma job band", c(gamma_of(coef(cells), 5, 2), sqrt(drop(t(slope) %*% vcov(cells) %*% slope))))

# The same with replicates (JKn of the strata, each weighted anew): errors of what has no linearisation in common.
R <- as.svrepdesign(svydesign(ids = ~1, strata = ~area, weights = ~w0, fpc = ~N, data = transform(D$variables, w0 = people[area] / 120)), type = "JKn")
R <- calibrate(R, list(~farea, ~sexband),
               list(data.frame(farea = factor(1:4), Freq = as.numeric(people)),
                    data.frame(sexband = interaction(margin$sex, margin$band), Freq = margin$count)),
               calfun = "raking", epsilon = 1e-12, maxit = 500)
both("JKn total confident", svytotal(~confident, R, na.rm = TRUE))
show <- function(name, q) p(name, unlist(lapply(q, function(one) t(as.data.frame(one)))))
show("JKn median years", svyquantile(~years, R, .5, qrule = "math", interval.type = "quantile"))
here <- function(w, d) which(w >= 0 & !is.na(d$job) & !is.na(d$city))
k <- withReplicates(R, function(w, d) { h <- here(w, d); q <- tapply(w[h], list(factor(d$job[h], 1:5), factor(d$city[h], 1:5)), sum, default = 0)
  q <- q / sum(q); e <- sum(rowSums(q) * colSums(q)); (sum(diag(q)) - e) / (1 - e) }); p("JKn kappa", c(k, SE(k)))
a <- withReplicates(R, function(w, d) { h <- here(w, d); v <- function(x) { m <- weighted.mean(x, w[h]); weighted.mean((x - m)^2, w[h]) }
  2 * (1 - (v(d$job[h]) + v(d$city[h])) / v(d$job[h] + d$city[h])) }); p("JKn alpha", c(a, SE(a)))
g <- withReplicates(R, function(w, d) { h <- which(!is.na(d$job)); gamma_of(as.vector(tapply(w[h], list(d$job[h], d$band[h]), sum, default = 0)), 5, 2) })
p("JKn gamma", c(g, SE(g)))
m <- svyglm(confident ~ fsex + years, R, family = quasibinomial(), control = sharp); both("JKn logistic", m)
r <- svyratio(~confident, ~years, R, na.rm = TRUE); both("JKn ratio", r)
