//! One injection: which requests, how often, what.

use std::fmt;

use super::{Fault, Faults};
use crate::requests::Request;

type Condition = Box<dyn Fn(&Request) -> bool + Send + Sync>;

/// An injection that is being put together, begun by [`Faults::on`]; it strikes once unless told
/// otherwise, and does nothing before [`inject`](Self::inject).
///
/// # Example: the third write fails
///
/// ```
/// # use entity_local::{Fault, LocalDynamo};
/// # let local = LocalDynamo::in_memory()?;
/// local.faults().on("PutItem").after(2).inject(Fault::RequestLimitExceeded);
/// assert_eq!(local.faults().pending(), 1);
/// # Ok::<(), entity_local::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "nothing fails before `inject`"]
pub struct Injection {
    faults: Faults,
    rule: Rule,
}

impl Injection {
    pub(super) fn new(faults: &Faults, operation: Option<String>) -> Self {
        let rule = Rule {
            operation,
            condition: None,
            after: 0,
            times: Some(1),
            // Replaced by `inject`, without which the rule is never added.
            fault: Fault::InternalServerError,
        };
        Self { faults: faults.clone(), rule }
    }

    /// Strikes `times` requests instead of one.
    pub fn times(mut self, times: usize) -> Self {
        self.rule.times = Some(times);
        self
    }

    /// Strikes every request, until [`Faults::clear`].
    pub fn always(mut self) -> Self {
        self.rule.times = None;
        self
    }

    /// Lets the first `count` requests through that it would have struck.
    pub fn after(mut self, count: usize) -> Self {
        self.rule.after = count;
        self
    }

    /// Strikes only requests for which `condition` holds.
    ///
    /// The condition may not use the [`Faults`] it is part of.
    ///
    /// # Example
    ///
    /// ```
    /// # use entity_local::{Fault, LocalDynamo};
    /// # let local = LocalDynamo::in_memory()?;
    /// local.faults().on_any().when(|request| request.attempt() ==
    /// 1).always().inject(Fault::Throttling);
    /// # Ok::<(), entity_local::Error>(())
    /// ```
    pub fn when(mut self, condition: impl Fn(&Request) -> bool + Send + Sync + 'static) -> Self {
        self.rule.condition = Some(Box::new(condition));
        self
    }

    /// Injects `fault` from the next request on.
    pub fn inject(mut self, fault: Fault) {
        self.rule.fault = fault;
        self.faults.add(self.rule);
    }
}

pub(super) struct Rule {
    operation: Option<String>,
    condition: Option<Condition>,
    after: usize,
    times: Option<usize>,
    fault: Fault,
}

impl Rule {
    /// How many requests it will still strike; `None` if there is no end to it.
    pub(super) fn left(&self) -> Option<usize> {
        self.times
    }

    pub(super) fn next(&mut self, request: &Request) -> Option<Fault> {
        if self.times == Some(0) || !self.meets(request) {
            return None;
        }
        if self.after > 0 {
            self.after -= 1;
            return None;
        }
        self.times = self.times.map(|times| times - 1);
        Some(self.fault.clone())
    }

    fn meets(&self, request: &Request) -> bool {
        self.operation.as_ref().is_none_or(|operation| operation == request.operation())
            && self.fault.befalls(request.operation())
            && self.condition.as_ref().is_none_or(|condition| condition(request))
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule")
            .field("operation", &self.operation)
            .field("conditional", &self.condition.is_some())
            .field("after", &self.after)
            .field("times", &self.times)
            .field("fault", &self.fault)
            .finish()
    }
}
