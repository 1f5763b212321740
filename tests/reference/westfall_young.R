# Step-down maxT by complete enumeration, written out plainly; base R 4.2.2.
# Numbers are read by tests/stats/westfall_young_test.cpp.
x <- matrix(c(0,0,0,0,0,0, 0,1,1,0,0,1, 1,0,1,-1,0,0, 0,0,-1,0,1,0, -1,0,0,1,0,-1, 0,-1,0,0,0,1,
              1,2,1,0,1,0, 2,1,0,0,1,1, 1,1,2,1,0,1, 1,0,1,-1,2,0, 2,1,0,1,1,0, 0,2,1,0,1,2), ncol = 6, byrow = TRUE)
welch <- function(tr) apply(x, 2, function(v) {
  a <- v[tr]; b <- v[-tr]; d <- mean(a) - mean(b); s <- sqrt(var(a) / length(a) + var(b) / length(b))
  if (s == 0) (if (d == 0) 0 else sign(d) * Inf) else d / s })
one <- function(s) apply(x * s, 2, function(v) { s <- sd(v) / sqrt(length(v)); if (s == 0) (if (mean(v) == 0) 0 else Inf) else mean(v) / s })
judge <- function(obs, draws, alpha = .05) { # draws: outcomes x relabellings, absolute
  eps <- 1e-12; a <- abs(obs); o <- order(-a)
  raw <- sapply(seq_along(a), function(i) mean(draws[i, ] >= a[i] - eps))
  adj <- rep(NA, length(a)); run <- 0
  for (k in seq_along(o)) { m <- apply(draws[o[k:length(o)], , drop = FALSE], 2, max); run <- max(run, mean(m >= a[o[k]] - eps)); adj[o[k]] <- run }
  pcol <- t(apply(draws, 1, function(d) sapply(d, function(v) mean(d >= v - eps))))
  K <- sum(raw <= alpha); Kb <- colSums(pcol <= alpha)
  q <- sort(apply(draws, 2, max))[ceiling((1 - alpha) * ncol(draws))]
  cat("t   ", sprintf("%.12g", obs), "\nraw ", sprintf("%.12g", raw), "\nadj ", sprintf("%.12g", adj),
      "\nK", K, "E", sprintf("%.12g", mean(Kb)), "P", sprintf("%.12g", mean(Kb >= K)), "q", sprintf("%.12g", q), "\n") }
cmb <- combn(12, 6)
judge(welch(1:6), abs(apply(cmb, 2, welch)))
# matched sets of two (1,7), (2,8) ... (6,12): one treated in each
sgn <- as.matrix(expand.grid(rep(list(0:1), 6)))
judge(welch(1:6), abs(apply(sgn, 1, function(s) welch(1:6 + 6 * s))))
flips <- as.matrix(expand.grid(rep(list(c(-1, 1)), 12)))
judge(one(rep(1, 12)), abs(apply(flips, 1, one)))
