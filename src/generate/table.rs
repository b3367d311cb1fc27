//! Names and contents of the two tables' columns: a single list for every file format.

use super::customer::Customer;
use super::order::Order;

/// Getter of one column's value from a row; `None` is a null.
pub enum Field<R: 'static> {
    Word(fn(&R) -> Option<&str>),
    /// A text composed from the row's numbers.
    Made(fn(&R) -> String),
    Whole(fn(&R) -> Option<i32>),
    Truth(fn(&R) -> Option<bool>),
    /// A decimal number with this many digits after the point, as an integer in units of its last digit.
    Decimal(usize, fn(&R) -> Option<i64>),
    /// Days since 1970-01-01.
    Day(fn(&R) -> Option<i32>),
    /// Seconds since 1970-01-01 00:00:00.
    Moment(fn(&R) -> Option<i64>),
}

pub type Fields<R> = &'static [(&'static str, Field<R>)];

pub const CUSTOMERS: Fields<Customer> = &[
    ("customer_id", Field::Made(|c| customer_id(c.row))),
    ("name", Field::Word(|c| Some(&c.person.name))),
    ("email", Field::Word(|c| Some(&c.person.email))),
    ("country", Field::Word(|c| Some(c.person.country))),
    ("city_tier", Field::Word(|c| Some(c.person.city_tier))),
    ("age", Field::Whole(|c| c.person.age)),
    ("gender", Field::Word(|c| c.person.gender)),
    ("household_size", Field::Whole(|c| c.person.household_size)),
    ("income_band", Field::Word(|c| c.person.income_band)),
    ("company_size", Field::Word(|c| c.person.company_size)),
    ("industry", Field::Word(|c| c.person.industry)),
    ("signup_date", Field::Day(|c| Some(c.account.signup))),
    ("channel", Field::Word(|c| Some(c.account.channel))),
    ("device", Field::Word(|c| c.account.device)),
    ("delivery", Field::Word(|c| Some(c.account.delivery))),
    ("plan", Field::Word(|c| Some(c.account.plan))),
    ("auto_renew", Field::Truth(|c| c.account.auto_renew)),
    ("loyalty_tier", Field::Word(|c| c.account.loyalty_tier)),
    ("last_order", Field::Day(Customer::last_order)),
    ("orders_12m", Field::Whole(|c| Some(c.order_count_12m()))),
    ("spend_12m", Field::Decimal(2, Customer::spend_12m)),
    ("avg_basket", Field::Decimal(2, Customer::avg_basket)),
    ("discount_share", Field::Decimal(3, Customer::discount_share)),
    ("gift_orders_12m", Field::Whole(|c| Some(c.gift_orders_12m()))),
    ("returns_12m", Field::Whole(|c| Some(c.returns_12m()))),
    ("favourite_category", Field::Word(Customer::favourite_category)),
    ("newsletter", Field::Truth(|c| Some(c.contact.newsletter))),
    ("opens_90d", Field::Whole(|c| c.contact.opens_90d)),
    ("clicks_90d", Field::Whole(|c| c.contact.clicks_90d)),
    ("app_sessions_30d", Field::Whole(|c| c.contact.app_sessions_30d)),
    ("support_tickets_12m", Field::Whole(|c| Some(c.contact.support_tickets_12m))),
    ("nps", Field::Whole(|c| c.contact.nps)),
    ("last_login", Field::Moment(|c| c.contact.last_login)),
];

pub const ORDERS: Fields<Order> = &[
    ("order_id", Field::Made(|o| format!("{:07}-{:02}", o.customer, o.number))),
    ("customer_id", Field::Made(|o| customer_id(o.customer))),
    ("date", Field::Day(|o| Some(o.date))),
    ("category", Field::Word(|o| Some(o.category))),
    ("units", Field::Whole(|o| Some(o.units))),
    ("amount", Field::Decimal(2, |o| Some(o.cents))),
    ("coupon", Field::Word(|o| o.coupon)),
    ("gift", Field::Truth(|o| Some(o.gift))),
    ("returned", Field::Truth(|o| Some(o.returned))),
];

/// Returns the id with seven digits, or more from the ten-millionth customer on.
fn customer_id(row: u64) -> String {
    format!("C{row:07}")
}
