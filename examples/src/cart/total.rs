//! `total`: what a cart costs, to the last digit.

use examples::{Error, Result};
use rust_decimal::Decimal;

use crate::model::CartItem;

/// What the items cost together, exactly.
///
/// # Errors
///
/// If an item has no quantity or no price, or the sum has more digits than a `Decimal`.
pub(crate) fn total(items: &[CartItem]) -> Result<Decimal> {
    let lines: Vec<(u32, Decimal)> = items.iter().map(line).collect::<Result<_>>()?;
    sum(&lines).ok_or_else(|| Error::new("the total has more digits than a decimal can hold"))
}

fn line(item: &CartItem) -> Result<(u32, Decimal)> {
    let product = &item.item_sku;
    let lacks = |what| {
        let message = format!("product {:?} in the cart has no {what}", product.product_id);
        Error::new(format!("{message}; `add` it again, or `remove` it"))
    };
    let quantity = product.quantity.ok_or_else(|| lacks("quantity"))?;
    Ok((quantity, product.price.ok_or_else(|| lacks("price"))?))
}

/// The sum in integers of one scale: `Decimal`'s own arithmetic rounds where digits run out.
fn sum(lines: &[(u32, Decimal)]) -> Option<Decimal> {
    let scale = lines.iter().map(|(_, price)| price.scale()).max().unwrap_or(0);
    let mut sum = 0_i128;
    for (quantity, price) in lines {
        let factor = 10_i128.checked_pow(scale - price.scale())?;
        let units = price.mantissa().checked_mul(factor)?.checked_mul((*quantity).into())?;
        sum = sum.checked_add(units)?;
    }
    Decimal::try_from_i128_with_scale(sum, scale).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[(u32, &str)]) -> Option<String> {
        let line = |(quantity, price): &(u32, &str)| (*quantity, price.parse().unwrap());
        sum(&lines.iter().map(line).collect::<Vec<_>>()).map(|sum| sum.to_string())
    }

    #[test]
    fn sums_are_exact_or_none() {
        assert_eq!(of(&[]).unwrap(), "0");
        assert_eq!(of(&[(2, "199.99"), (1, "499.99"), (1, "699.99")]).unwrap(), "1599.96");
        assert_eq!(of(&[(3, "0.1"), (1, "0.05")]).unwrap(), "0.35");
        assert_eq!(of(&[(u32::MAX, "0.01"), (1, "1000")]).unwrap(), "42950672.95");
        let most = "79228162514264337593543950335";
        assert_eq!(of(&[(1, most)]).unwrap(), most);
        assert_eq!(of(&[(2, most)]), None);
        assert_eq!(of(&[(1, most), (1, "0.1")]), None);
        assert_eq!(of(&[(1, most), (1, "0.0000000000000000000000000001")]), None);
    }
}
