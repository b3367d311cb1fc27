use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::open::{CheckedStudy, Sets};
use super::output::{Table, TableCell};
use super::streams::say;
use super::{CommandError, CommonOptions};
use crate::insight::contained;
use crate::insight::matrix::{MatrixFigure, MatrixInquiry, MatrixOrder, Pair};

#[derive(Debug, Args)]
pub struct MatrixArgs {
    /// The sets of the rows
    #[arg(long, value_enum, default_value_t = Sets::Segments)]
    rows: Sets,
    /// The sets of the columns
    #[arg(long, value_enum, default_value_t = Sets::Personas)]
    columns: Sets,
    /// Figure in the cells
    #[arg(long, value_enum, default_value_t = MatrixColumnFigure::OfRow)]
    figure: MatrixColumnFigure,
    /// The order of rows and columns
    #[arg(long, value_enum, default_value_t = MatrixSort::Study)]
    order: MatrixSort,
    /// List nested (95 % or more) and near-identical sets instead
    #[arg(long)]
    contained: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum MatrixColumnFigure {
    /// Customers in both
    Customers,
    /// Share of the row's customers who are also in the column's set (penetration of a segment by a persona)
    OfRow,
    /// Share of the column's customers who are also in the row's set (composition of a persona by a segment)
    OfColumn,
    /// Customers in both, of those in either
    Jaccard,
    /// 100 = as expected by chance
    Index,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum MatrixSort {
    /// Order of the files
    Study,
    /// The largest first
    Size,
    /// Similar sets adjacent (average linkage on 1 − Jaccard)
    Clustered,
}

impl MatrixArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let mut opened = CheckedStudy::new(options)?;
        let (order, figure) = (self.order.order(), self.figure.figure());
        let clustered = order == MatrixOrder::Clustered;
        let (matrix, rows, columns) = opened.retry_without_faults(|opened| {
            let (rows, columns) = (self.rows.resolve(opened), self.columns.resolve(opened));
            let matrix = opened.find(MatrixInquiry::new(&opened.filter, &rows, &columns, clustered))?;
            Ok((matrix, rows, columns))
        })?;
        opened.complain_of(self.rows);
        if self.columns != self.rows {
            opened.complain_of(self.columns);
        }
        let left_out = rows.len().max(columns.len()).saturating_sub(matrix.rows.len().max(matrix.columns.len()));
        if left_out > 0 {
            say!("crosscut: {left_out} sets left out, the last of the study");
        }
        let min_cell = opened.min_cell();
        if self.contained {
            return pairs(&contained::find(&matrix, min_cell)).print(options.format());
        }
        let [down, across] = matrix.order(order);
        let mut table = Table::new(["set", "customers"]);
        table.add_columns(&across.iter().map(|&c| matrix.columns[c].name.as_str()).collect::<Vec<_>>());
        for r in down {
            let set = &matrix.rows[r];
            let own = TableCell::Count(matrix.size(set, min_cell));
            let cells = across.iter().map(|&c| cell(&matrix.pair(r, c, min_cell), figure));
            table.rows.push([TableCell::Text(set.name.clone()), own].into_iter().chain(cells).collect());
        }
        table.print(options.format())
    }
}

fn cell(pair: &Pair, figure: MatrixFigure) -> TableCell {
    match figure {
        MatrixFigure::Customers => TableCell::Count(pair.both),
        MatrixFigure::OfRow => TableCell::Share(pair.of_row),
        MatrixFigure::OfColumn => TableCell::Share(pair.of_column),
        MatrixFigure::Jaccard => TableCell::Share(pair.jaccard),
        MatrixFigure::Index => TableCell::Index(pair.index),
    }
}

fn pairs(found: &[contained::Contained]) -> Table {
    let mut table = Table::new(["set", "lies", "in", "share"]);
    for pair in found {
        let lies = if pair.alike { "alike" } else { "inside" };
        table.rows.push(vec![
            TableCell::Text(pair.inner.clone()),
            TableCell::Text(lies.into()),
            TableCell::Text(pair.outer.clone()),
            TableCell::Share(pair.share),
        ]);
    }
    table
}

impl MatrixColumnFigure {
    fn figure(self) -> MatrixFigure {
        match self {
            MatrixColumnFigure::Customers => MatrixFigure::Customers,
            MatrixColumnFigure::OfRow => MatrixFigure::OfRow,
            MatrixColumnFigure::OfColumn => MatrixFigure::OfColumn,
            MatrixColumnFigure::Jaccard => MatrixFigure::Jaccard,
            MatrixColumnFigure::Index => MatrixFigure::Index,
        }
    }
}

impl MatrixSort {
    fn order(self) -> MatrixOrder {
        match self {
            MatrixSort::Study => MatrixOrder::Study,
            MatrixSort::Size => MatrixOrder::Size,
            MatrixSort::Clustered => MatrixOrder::Clustered,
        }
    }
}
