//! Names and contents of the two tables' columns: a single list for every file format.

use super::customer::Customer;
use super::order::ShopOrder;

/// Getter of one column's value from a row; `None` is a null.
pub enum FieldGetter<R: 'static> {
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

/// Columns of a table: name and getter of each, in order.
pub type Fields<R> = &'static [(&'static str, FieldGetter<R>)];

/// Columns of the customers.
pub const CUSTOMERS: Fields<Customer> = &[
    ("customer_id", FieldGetter::Made(|c| customer_id(c.row))),
    ("name", FieldGetter::Word(|c| Some(&c.person.name))),
    ("email", FieldGetter::Word(|c| Some(&c.person.email))),
    ("country", FieldGetter::Word(|c| Some(c.person.country))),
    ("city_tier", FieldGetter::Word(|c| Some(c.person.city_tier))),
    ("age", FieldGetter::Whole(|c| c.person.age)),
    ("gender", FieldGetter::Word(|c| c.person.gender)),
    ("household_size", FieldGetter::Whole(|c| c.person.household_size)),
    ("income_band", FieldGetter::Word(|c| c.person.income_band)),
    ("company_size", FieldGetter::Word(|c| c.person.company_size)),
    ("industry", FieldGetter::Word(|c| c.person.industry)),
    ("signup_date", FieldGetter::Day(|c| Some(c.account.signup))),
    ("channel", FieldGetter::Word(|c| Some(c.account.channel))),
    ("device", FieldGetter::Word(|c| c.account.device)),
    ("delivery", FieldGetter::Word(|c| Some(c.account.delivery))),
    ("plan", FieldGetter::Word(|c| Some(c.account.plan))),
    ("auto_renew", FieldGetter::Truth(|c| c.account.auto_renew)),
    ("loyalty_tier", FieldGetter::Word(|c| c.account.loyalty_tier)),
    ("last_order", FieldGetter::Day(Customer::last_order)),
    ("orders_12m", FieldGetter::Whole(|c| Some(c.order_count_12m()))),
    ("spend_12m", FieldGetter::Decimal(2, Customer::spend_12m)),
    ("avg_basket", FieldGetter::Decimal(2, Customer::avg_basket)),
    ("discount_share", FieldGetter::Decimal(3, Customer::discount_share)),
    ("gift_orders_12m", FieldGetter::Whole(|c| Some(c.gift_orders_12m()))),
    ("returns_12m", FieldGetter::Whole(|c| Some(c.returns_12m()))),
    ("favourite_category", FieldGetter::Word(Customer::favourite_category)),
    ("newsletter", FieldGetter::Truth(|c| Some(c.contact.newsletter))),
    ("opens_90d", FieldGetter::Whole(|c| c.contact.opens_90d)),
    ("clicks_90d", FieldGetter::Whole(|c| c.contact.clicks_90d)),
    ("app_sessions_30d", FieldGetter::Whole(|c| c.contact.app_sessions_30d)),
    ("support_tickets_12m", FieldGetter::Whole(|c| Some(c.contact.support_tickets_12m))),
    ("nps", FieldGetter::Whole(|c| c.contact.nps)),
    ("last_login", FieldGetter::Moment(|c| c.contact.last_login)),
];

/// Columns of the orders.
pub const ORDERS: Fields<ShopOrder> = &[
    ("order_id", FieldGetter::Made(|o| format!("{:07}-{:02}", o.customer, o.number))),
    ("customer_id", FieldGetter::Made(|o| customer_id(o.customer))),
    ("date", FieldGetter::Day(|o| Some(o.date))),
    ("category", FieldGetter::Word(|o| Some(o.category))),
    ("units", FieldGetter::Whole(|o| Some(o.units))),
    ("amount", FieldGetter::Decimal(2, |o| Some(o.cents))),
    ("coupon", FieldGetter::Word(|o| o.coupon)),
    ("gift", FieldGetter::Truth(|o| Some(o.gift))),
    ("returned", FieldGetter::Truth(|o| Some(o.returned))),
];

/// Returns the id with seven digits, or more from the ten-millionth customer on.
fn customer_id(row: u64) -> String {
    format!("C{row:07}")
}
