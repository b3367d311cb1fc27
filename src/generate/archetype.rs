//! Archetypes of the sample shop's customers: seven groups of people whose habits differ.
//!
//! A customer's archetype is never written to the file: finding such groups again is what Crosscut is for. Weights are
//! in percent or relative. Rates are expectations for an average member; individuals vary around them.

/// Values of the column `country`. The arrays below are the values of the other categorical columns.
pub const COUNTRIES: [&str; 9] = ["US", "DE", "GB", "FR", "NL", "PL", "ES", "SE", "CA"];
pub const CITY_TIERS: [&str; 4] = ["metro", "city", "town", "rural"];
pub const INCOME_BANDS: [&str; 4] = ["low", "middle", "high", "top"];
pub const CHANNELS: [&str; 4] = ["app", "web", "store", "b2b"];
pub const DEVICES: [&str; 4] = ["android", "ios", "desktop", "tablet"];
pub const PLANS: [&str; 3] = ["basic", "plus", "pro"];
pub const DELIVERIES: [&str; 3] = ["home", "pickup_point", "store"];
pub const CATEGORIES: [&str; 9] =
    ["kitchen", "home", "garden", "kids", "beauty", "books", "electronics", "gifts", "office"];

/// Expectations for one group of people. Arrays of weights follow the order of the values above.
pub struct Archetype {
    /// Age in years: mean, standard deviation, minimum.
    pub age: (f64, f64, i32),
    /// Share of women, between 0 and 1.
    pub women: f64,
    /// Weights of households of 1 to 6 people.
    pub household: [u16; 6],
    pub income: [u16; 4],
    pub countries: [u16; 9],
    pub city_tier: [u16; 4],
    /// Days since sign-up: minimum, maximum. Recent sign-ups are likelier.
    pub tenure: (i32, i32),
    /// Days since the last order, if all members have stopped ordering: minimum, maximum.
    pub quiet: Option<(i32, i32)>,
    pub orders_per_year: f64,
    /// Price of an order before discount: median, and standard deviation of its logarithm.
    pub basket: (f64, f64),
    /// Shares of orders with a coupon, sent as a gift, placed in the weeks before holidays, and returned.
    pub coupon: f64,
    pub gift: f64,
    pub seasonal: f64,
    pub returned: f64,
    pub categories: [u16; 9],
    pub channels: [u16; 4],
    pub devices: [u16; 4],
    pub deliveries: [u16; 3],
    pub plans: [u16; 3],
    /// Shares of members whose paid plan renews automatically, who joined the loyalty programme, and who receive the
    /// newsletter.
    pub renews: f64,
    pub joined: f64,
    pub newsletter: f64,
    /// Newsletters opened in 90 days (26 are sent), and the share of opened ones that are clicked.
    pub opens: (f64, f64),
    pub app_sessions: f64,
    pub tickets: f64,
    /// Answer to "would you recommend us?", 0 to 10: mean, standard deviation.
    pub nps: (f64, f64),
    /// Share of members who buy for a company.
    pub company: f64,
}

const EVERYWHERE: [u16; 9] = [24, 19, 14, 11, 8, 8, 6, 5, 5];

/// All archetypes.
pub const ARCHETYPES: [&Archetype; 7] = [&DEAL_HUNTER, &LOYALIST, &SMALL_SHOP, &GIFT_GIVER, &LAPSED, &STARTER, &FAMILY];
/// Share of customers of each archetype, in percent, in the order of [`ARCHETYPES`].
pub const SHARES: [u16; 7] = [18, 11, 9, 13, 21, 15, 13];

/// Plans purchases around offers, reads every mail, returns what was not worth it.
const DEAL_HUNTER: Archetype = Archetype {
    age: (36.0, 9.0, 19),
    women: 0.57,
    household: [24, 28, 20, 18, 8, 2],
    income: [34, 50, 14, 2],
    countries: [18, 24, 15, 9, 8, 14, 6, 3, 3],
    city_tier: [26, 34, 28, 12],
    tenure: (60, 1900),
    quiet: None,
    orders_per_year: 4.0,
    basket: (38.0, 0.5),
    coupon: 0.74,
    gift: 0.06,
    seasonal: 0.15,
    returned: 0.13,
    categories: [14, 18, 8, 14, 20, 4, 16, 4, 2],
    channels: [48, 44, 7, 1],
    devices: [56, 24, 17, 3],
    deliveries: [38, 54, 8],
    plans: [86, 13, 1],
    renews: 0.45,
    joined: 0.62,
    newsletter: 0.9,
    opens: (13.0, 0.42),
    app_sessions: 11.0,
    tickets: 0.6,
    nps: (7.0, 1.7),
    company: 0.01,
};

/// Settled and well paid, buys quality at full price and keeps it.
const LOYALIST: Archetype = Archetype {
    age: (50.0, 9.5, 31),
    women: 0.54,
    household: [16, 46, 18, 14, 5, 1],
    income: [2, 16, 52, 30],
    countries: [28, 17, 15, 12, 9, 3, 4, 7, 5],
    city_tier: [48, 30, 15, 7],
    tenure: (420, 3900),
    quiet: None,
    orders_per_year: 5.6,
    basket: (112.0, 0.6),
    coupon: 0.05,
    gift: 0.14,
    seasonal: 0.2,
    returned: 0.03,
    categories: [28, 26, 14, 2, 9, 11, 5, 4, 1],
    channels: [18, 44, 36, 2],
    devices: [14, 46, 28, 12],
    deliveries: [66, 6, 28],
    plans: [12, 78, 10],
    renews: 0.93,
    joined: 0.9,
    newsletter: 0.66,
    opens: (5.0, 0.2),
    app_sessions: 4.0,
    tickets: 0.35,
    nps: (8.8, 1.1),
    company: 0.04,
};

/// Runs a café, a practice or a workshop and orders for it.
const SMALL_SHOP: Archetype = Archetype {
    age: (44.0, 9.5, 24),
    women: 0.46,
    household: [20, 30, 20, 20, 8, 2],
    income: [14, 50, 30, 6],
    countries: [16, 27, 13, 10, 11, 9, 6, 5, 3],
    city_tier: [30, 34, 28, 8],
    tenure: (90, 2600),
    quiet: None,
    orders_per_year: 8.0,
    basket: (148.0, 0.75),
    coupon: 0.1,
    gift: 0.03,
    seasonal: 0.05,
    returned: 0.07,
    categories: [36, 8, 4, 1, 4, 2, 13, 2, 30],
    channels: [4, 20, 6, 70],
    devices: [12, 14, 68, 6],
    deliveries: [84, 4, 12],
    plans: [12, 20, 68],
    renews: 0.82,
    joined: 0.25,
    newsletter: 0.34,
    opens: (3.5, 0.2),
    app_sessions: 2.5,
    tickets: 1.7,
    nps: (7.3, 1.8),
    company: 0.96,
};

/// Orders a few times a year, for others, to meet a date.
const GIFT_GIVER: Archetype = Archetype {
    age: (61.0, 10.0, 34),
    women: 0.66,
    household: [34, 52, 8, 4, 1, 1],
    income: [16, 48, 28, 8],
    countries: EVERYWHERE,
    city_tier: [17, 27, 34, 22],
    tenure: (300, 3900),
    quiet: None,
    orders_per_year: 2.8,
    basket: (52.0, 0.45),
    coupon: 0.14,
    gift: 0.72,
    seasonal: 0.78,
    returned: 0.05,
    categories: [9, 8, 6, 24, 6, 18, 3, 26, 0],
    channels: [6, 50, 43, 1],
    devices: [13, 14, 44, 29],
    deliveries: [58, 7, 35],
    plans: [84, 15, 1],
    renews: 0.7,
    joined: 0.45,
    newsletter: 0.58,
    opens: (4.5, 0.18),
    app_sessions: 1.2,
    tickets: 0.45,
    nps: (8.1, 1.5),
    company: 0.01,
};

/// Bought for a while, then went quiet.
const LAPSED: Archetype = Archetype {
    age: (42.0, 13.5, 19),
    women: 0.49,
    household: [28, 32, 18, 14, 6, 2],
    income: [24, 46, 23, 7],
    countries: [27, 15, 16, 13, 6, 6, 8, 4, 5],
    city_tier: [27, 30, 28, 15],
    tenure: (380, 3400),
    quiet: Some((120, 760)),
    orders_per_year: 2.6,
    basket: (54.0, 0.65),
    coupon: 0.26,
    gift: 0.1,
    seasonal: 0.2,
    returned: 0.16,
    categories: [12, 20, 10, 9, 12, 9, 22, 5, 1],
    channels: [26, 56, 16, 2],
    devices: [34, 25, 36, 5],
    deliveries: [62, 24, 14],
    plans: [82, 17, 1],
    renews: 0.2,
    joined: 0.3,
    newsletter: 0.4,
    opens: (1.0, 0.08),
    app_sessions: 0.4,
    tickets: 0.6,
    nps: (5.2, 2.3),
    company: 0.02,
};

/// Young, in a first flat of their own, new to the shop and short of money.
const STARTER: Archetype = Archetype {
    age: (22.5, 3.2, 18),
    women: 0.52,
    household: [46, 26, 16, 9, 3, 0],
    income: [68, 28, 4, 0],
    countries: [20, 16, 13, 12, 13, 9, 10, 5, 2],
    city_tier: [50, 36, 10, 4],
    tenure: (3, 420),
    quiet: None,
    orders_per_year: 3.2,
    basket: (29.0, 0.5),
    coupon: 0.34,
    gift: 0.05,
    seasonal: 0.1,
    returned: 0.09,
    categories: [22, 28, 2, 1, 16, 10, 18, 3, 0],
    channels: [68, 28, 4, 0],
    devices: [44, 50, 5, 1],
    deliveries: [24, 68, 8],
    plans: [90, 10, 0],
    renews: 0.4,
    joined: 0.28,
    newsletter: 0.46,
    opens: (3.0, 0.22),
    app_sessions: 8.5,
    tickets: 0.5,
    nps: (7.5, 1.7),
    company: 0.0,
};

/// Keeps a household of three to five going; orders often, with little time.
const FAMILY: Archetype = Archetype {
    age: (39.0, 6.0, 26),
    women: 0.62,
    household: [1, 6, 34, 38, 16, 5],
    income: [12, 52, 30, 6],
    countries: EVERYWHERE,
    city_tier: [18, 30, 37, 15],
    tenure: (120, 2600),
    quiet: None,
    orders_per_year: 6.0,
    basket: (58.0, 0.5),
    coupon: 0.24,
    gift: 0.12,
    seasonal: 0.2,
    returned: 0.12,
    categories: [15, 20, 9, 36, 7, 6, 4, 3, 0],
    channels: [50, 42, 7, 1],
    devices: [38, 38, 18, 6],
    deliveries: [72, 18, 10],
    plans: [44, 54, 2],
    renews: 0.78,
    joined: 0.7,
    newsletter: 0.52,
    opens: (4.0, 0.25),
    app_sessions: 6.0,
    tickets: 0.9,
    nps: (7.7, 1.6),
    company: 0.01,
};
