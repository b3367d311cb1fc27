//! Orders of one customer.

use super::archetype::{Archetype, CATEGORIES};
use super::calendar::{self, AS_OF, RECORDS_BEGIN, SEASON_WEIGHTS, SEASONS};
use super::dice::Dice;

/// An order of a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct ShopOrder {
    /// Row number of the customer, from 1.
    pub customer: u64,
    /// Number among the customer's orders, from 1.
    pub number: u32,
    /// Days since 1970.
    pub date: i32,
    pub category: &'static str,
    /// Number of items.
    pub units: i32,
    /// Amount paid, in cents.
    pub cents: i64,
    /// Code of the coupon; `None` without one.
    pub coupon: Option<&'static str>,
    /// True if it was sent to someone else, wrapped.
    pub gift: bool,
    /// True if the customer sent it back.
    pub returned: bool,
}

/// Factors by which a customer differs from the archetype's average in three habits; 1 is no difference.
#[derive(Debug, Clone, Copy)]
pub struct HabitFactors {
    /// Frequency of everything: orders, opened mails, app sessions.
    pub engaged: f64,
    /// Price of what is bought.
    pub wealthy: f64,
    /// Use of coupons.
    pub thrifty: f64,
}

/// A customer who orders, and the period in which that is possible.
pub struct Buyer<'a> {
    /// Row number of the customer, from 1.
    pub row: u64,
    pub archetype: &'a Archetype,
    pub leaning: HabitFactors,
    /// Days since 1970.
    pub signup: i32,
    /// Last day on which an order is possible, as days since 1970.
    pub last_day: i32,
}

/// Draws all orders on record, by date.
pub fn orders(dice: &mut Dice, buyer: &Buyer) -> Vec<ShopOrder> {
    let (first, last) = (buyer.signup.max(RECORDS_BEGIN), buyer.last_day.min(AS_OF));
    if last < first {
        return Vec::new();
    }
    let years = f64::from(last - first + 1) / 365.0;
    let count = dice.count(buyer.archetype.orders_per_year * buyer.leaning.engaged * years);
    let mut dates: Vec<i32> = (0..count).map(|_| order_date(dice, buyer.archetype.seasonal, first, last)).collect();
    dates.sort_unstable();
    let favourite = dice.weighted(&CATEGORIES, &buyer.archetype.categories);
    dates.iter().zip(1..).map(|(&date, number)| order(dice, buyer, favourite, number, date)).collect()
}

/// Draws a day from `first` to `last`. With probability `seasonal` it is in the weeks before a holiday, if they lie
/// within.
fn order_date(dice: &mut Dice, seasonal: f64, first: i32, last: i32) -> i32 {
    if dice.chance(seasonal) {
        let (begin, end) = dice.weighted(&SEASONS, &SEASON_WEIGHTS);
        let date = dice.between(begin, end);
        if (first..=last).contains(&date) {
            return date;
        }
    }
    dice.between(first, last)
}

fn order(dice: &mut Dice, buyer: &Buyer, favourite: &'static str, number: u32, date: i32) -> ShopOrder {
    let who = buyer.archetype;
    let welcome = number == 1 && buyer.signup >= RECORDS_BEGIN && dice.chance(0.3);
    let coupon = if welcome {
        Some("WELCOME10")
    } else if dice.chance((who.coupon * buyer.leaning.thrifty).min(0.97)) {
        Some(coupon_of(calendar::month(date)))
    } else {
        None
    };
    let discount = if coupon.is_some() { 0.9 - 0.2 * dice.uniform() } else { 1.0 };
    let (median, spread) = who.basket;
    let price = median * buyer.leaning.wealthy * dice.skewed(spread) * discount;
    ShopOrder {
        customer: buyer.row,
        number,
        date,
        category: if dice.chance(0.5) { favourite } else { dice.weighted(&CATEGORIES, &who.categories) },
        units: 1 + dice.count(price / 45.0).min(60),
        cents: (price * 100.0).max(199.0) as i64,
        coupon,
        gift: dice.chance(who.gift),
        returned: dice.chance(who.returned),
    }
}

fn coupon_of(month: u32) -> &'static str {
    match month {
        11 | 12 => "WINTER15",
        6..=8 => "SUMMER20",
        _ => "MAIL15",
    }
}
