//! A complete customer of the sample shop: a pure function of the seed and the row number.

use super::archetype::{
    ARCHETYPES, Archetype, CATEGORIES, CHANNELS, CITY_TIERS, COUNTRIES, DELIVERIES, DEVICES, INCOME_BANDS, PLANS,
    SHARES,
};
use super::calendar::{AS_OF, RECORDS_BEGIN};
use super::dice::{Dice, DiceBox};
use super::names;
use super::order::{Buyer, HabitFactors, ShopOrder, orders};

/// Newsletters sent in 90 days.
const MAILS_90D: i32 = 26;
const DAY: i64 = 86_400;

/// A row of the customers table. Days count from 1970-01-01, moments are seconds since then, money is in cents.
#[derive(Debug, Clone, PartialEq)]
pub struct Customer {
    /// Row number, from 1.
    pub row: u64,
    pub person: Person,
    pub account: Account,
    pub contact: Contact,
    /// All orders on record; the figures of the last twelve months are derived from them.
    pub orders: Vec<ShopOrder>,
}

/// Demographic columns of a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub name: String,
    pub email: String,
    pub country: &'static str,
    pub city_tier: &'static str,
    pub age: Option<i32>,
    pub gender: Option<&'static str>,
    pub household_size: Option<i32>,
    pub income_band: Option<&'static str>,
    pub company_size: Option<&'static str>,
    pub industry: Option<&'static str>,
}

/// Columns of a customer's account.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Day of sign-up, since 1970-01-01.
    pub signup: i32,
    pub channel: &'static str,
    pub device: Option<&'static str>,
    pub delivery: &'static str,
    pub plan: &'static str,
    /// `None` for the free plan.
    pub auto_renew: Option<bool>,
    /// `None` for customers who have not joined the programme.
    pub loyalty_tier: Option<&'static str>,
}

/// Columns of a customer's contacts with the shop in the last months.
#[derive(Debug, Clone, PartialEq)]
pub struct Contact {
    /// True if the customer receives the newsletter.
    pub newsletter: bool,
    /// `None` for those who do not receive the newsletter.
    pub opens_90d: Option<i32>,
    pub clicks_90d: Option<i32>,
    /// `None` for those without the app.
    pub app_sessions_30d: Option<i32>,
    pub support_tickets_12m: i32,
    /// `None` for those who did not answer.
    pub nps: Option<i32>,
    /// Seconds since 1970-01-01 00:00:00.
    pub last_login: Option<i64>,
}

/// Makes the customer in row `row` of the shop that `dice` belongs to.
pub fn customer(dice: &DiceBox, row: u64) -> Customer {
    let dice = &mut dice.dice_of_row(row);
    let archetype = dice.weighted(&ARCHETYPES, &SHARES);
    let leaning = HabitFactors { engaged: dice.skewed(0.45), wealthy: dice.skewed(0.3), thrifty: dice.skewed(0.25) };
    let person = person(dice, archetype);
    let signup = signup(dice, archetype);
    let buyer = Buyer { row, archetype, leaning, signup, last_day: last_day(dice, archetype) };
    let orders = orders(dice, &buyer);
    let account = account(dice, archetype, signup, &orders);
    let contact = contact(dice, archetype, leaning, &account, &orders);
    Customer { row, person, account, contact, orders }
}

fn person(dice: &mut Dice, who: &Archetype) -> Person {
    let country = dice.weighted(&COUNTRIES, &who.countries);
    let woman = dice.chance(who.women);
    let name = names::name(dice, country, woman);
    let (mean, spread, youngest) = who.age;
    let age = (mean + spread * dice.normal()).round() as i32;
    let company = dice.chance(who.company);
    Person {
        email: names::email(dice, &name),
        name,
        country,
        city_tier: dice.weighted(&CITY_TIERS, &who.city_tier),
        age: dice.chance(0.95).then_some(age.clamp(youngest, 94)),
        gender: gender(dice, woman),
        household_size: dice.chance(0.93).then(|| dice.weighted(&[1, 2, 3, 4, 5, 6], &who.household)),
        income_band: dice.chance(0.88).then(|| dice.weighted(&INCOME_BANDS, &who.income)),
        company_size: company.then(|| dice.weighted(&["1-9", "10-49", "50-249"], &[66, 27, 7])),
        industry: company.then(|| {
            dice.weighted(
                &["hospitality", "retail", "crafts", "health", "education", "services"],
                &[31, 22, 16, 12, 8, 11],
            )
        }),
    }
}

fn gender(dice: &mut Dice, woman: bool) -> Option<&'static str> {
    let word = if dice.chance(0.02) {
        "other"
    } else if woman {
        "female"
    } else {
        "male"
    };
    dice.chance(0.94).then_some(word)
}

fn signup(dice: &mut Dice, who: &Archetype) -> i32 {
    let (least, most) = who.tenure;
    let recent = dice.uniform() * (0.5 + 0.5 * dice.uniform());
    AS_OF - least - (recent * f64::from(most - least)) as i32
}

/// Returns the last day on which an order is possible: today, unless the customer went quiet, as some of every
/// archetype do.
fn last_day(dice: &mut Dice, who: &Archetype) -> i32 {
    let stray = if dice.chance(0.08) { Some((60, 420)) } else { None };
    match who.quiet.or(stray) {
        Some((least, most)) => AS_OF - dice.between(least, most),
        None => AS_OF,
    }
}

fn account(dice: &mut Dice, who: &Archetype, signup: i32, orders: &[ShopOrder]) -> Account {
    let channel = dice.weighted(&CHANNELS, &who.channels);
    let plan = dice.weighted(&PLANS, &who.plans);
    let device = dice.weighted(&DEVICES, &who.devices);
    let logs_in = channel != "store" || dice.chance(0.45);
    Account {
        signup,
        channel,
        device: match channel {
            // The app runs only on phones and tablets.
            "app" if device == "desktop" => Some("android"),
            _ => logs_in.then_some(device),
        },
        delivery: dice.weighted(&DELIVERIES, &who.deliveries),
        plan,
        auto_renew: (plan != "basic").then(|| dice.chance(who.renews)),
        loyalty_tier: dice.chance(who.joined).then(|| tier(orders.iter().map(|order| order.cents).sum())),
    }
}

/// Returns the loyalty tier by what was spent since the records begin.
fn tier(cents: i64) -> &'static str {
    match cents {
        120_000.. => "gold",
        40_000.. => "silver",
        _ => "bronze",
    }
}

fn contact(
    dice: &mut Dice,
    who: &Archetype,
    leaning: HabitFactors,
    account: &Account,
    orders: &[ShopOrder],
) -> Contact {
    let newsletter = dice.chance(who.newsletter);
    let (opens, clicked) = who.opens;
    let opens_90d = newsletter.then(|| dice.count(opens * leaning.engaged).min(MAILS_90D));
    let clicks_90d = opens_90d.map(|opens| (0..opens).filter(|_| dice.chance(clicked)).count() as i32);
    let mobile = matches!(account.device, Some("android" | "ios" | "tablet"));
    let has_app = mobile && (account.channel == "app" || dice.chance(0.4));
    let returns = orders.iter().filter(|order| order.returned).count();
    let tickets = dice.count(who.tickets + 0.15 * returns as f64);
    let (mean, spread) = who.nps;
    let score = (mean - 0.4 * f64::from(tickets) + spread * dice.normal()).round() as i32;
    Contact {
        newsletter,
        opens_90d,
        clicks_90d,
        app_sessions_30d: has_app.then(|| dice.count(who.app_sessions * leaning.engaged)),
        support_tickets_12m: tickets,
        nps: dice.chance(0.38).then_some(score.clamp(0, 10)),
        last_login: account.device.map(|_| last_login(dice, who, leaning, account, orders)),
    }
}

/// Returns the time of the last login, never before sign-up or the last order. The more engaged, the more recent.
fn last_login(dice: &mut Dice, who: &Archetype, leaning: HabitFactors, account: &Account, orders: &[ShopOrder]) -> i64 {
    let typical = if who.quiet.is_some() { 160.0 } else { 9.0 };
    let days_ago = (typical * dice.skewed(0.9) / leaning.engaged) as i32;
    let last_order = orders.last().map_or(RECORDS_BEGIN, |order| order.date);
    let day = (AS_OF - days_ago).max(last_order).max(account.signup);
    // The sum of two draws: more in the afternoon than at night.
    let second = (dice.uniform() + dice.uniform()) * 0.45 + 0.1;
    i64::from(day) * DAY + (second * DAY as f64) as i64
}

/// Figures derived from the orders. Except for the last order and the favourite category, they are of the last twelve
/// months.
impl Customer {
    fn orders_12m(&self) -> impl Iterator<Item = &ShopOrder> {
        self.orders.iter().filter(|order| order.date > AS_OF - 365)
    }

    fn count_12m(&self, which: impl Fn(&ShopOrder) -> bool) -> i32 {
        self.orders_12m().filter(|order| which(order)).count() as i32
    }

    /// Returns the number of orders.
    pub fn order_count_12m(&self) -> i32 {
        self.count_12m(|_| true)
    }

    /// Returns the number of orders that were sent as gifts.
    pub fn gift_orders_12m(&self) -> i32 {
        self.count_12m(|order| order.gift)
    }

    /// Returns the number of orders that were returned.
    pub fn returns_12m(&self) -> i32 {
        self.count_12m(|order| order.returned)
    }

    /// Returns the day of the last order on record, since 1970-01-01.
    pub fn last_order(&self) -> Option<i32> {
        self.orders.last().map(|order| order.date)
    }

    /// Returns the money spent, in cents; `None` without an order on record.
    pub fn spend_12m(&self) -> Option<i64> {
        self.last_order().map(|_| self.orders_12m().map(|order| order.cents).sum())
    }

    /// Returns the cents per order; `None` without an order in twelve months.
    pub fn avg_basket(&self) -> Option<i64> {
        let orders = i64::from(self.order_count_12m());
        self.spend_12m().filter(|_| orders > 0).map(|cents| (cents + orders / 2) / orders)
    }

    /// Returns the share of the money that was spent with a coupon, in thousandths; `None` without an order in twelve
    /// months.
    pub fn discount_share(&self) -> Option<i64> {
        let with_coupon: i64 = self.orders_12m().filter(|o| o.coupon.is_some()).map(|o| o.cents).sum();
        self.spend_12m().filter(|&cents| cents > 0).map(|cents| (with_coupon * 1000 + cents / 2) / cents)
    }

    /// Returns the category ordered most often since the records begin; in a tie, the one that comes first in
    /// [`CATEGORIES`]. `None` without an order on record.
    pub fn favourite_category(&self) -> Option<&'static str> {
        let times = |category: &str| self.orders.iter().filter(|order| order.category == category).count();
        self.last_order().and_then(|_| CATEGORIES.into_iter().rev().max_by_key(|category| times(category)))
    }
}
