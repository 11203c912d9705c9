//! Statements.

use ruff_python_ast::{
    ElifElseClause, ExceptHandler, Expr, Stmt, StmtClassDef, StmtFunctionDef, StmtIf, StmtTry, WithItem,
};
use ruff_text_size::{Ranged, TextRange};
use taipan_bytecode::syntax::Tree;

use super::{Builder, int, name, optional, plain, text};
use crate::error::Result;

impl Builder<'_> {
    pub(super) fn stmt(&self, stmt: &Stmt) -> Result<Tree> {
        let range = stmt.range();
        Ok(match stmt {
            Stmt::FunctionDef(s) => self.function(s)?,
            Stmt::ClassDef(s) => self.class(s)?,
            Stmt::If(s) => self.if_stmt(s)?,
            Stmt::Try(s) => self.try_stmt(s)?,
            Stmt::For(s) => {
                let fields = vec![
                    ("target", self.expr(&s.target)?),
                    ("iter", self.expr(&s.iter)?),
                    ("body", self.stmts(&s.body)?),
                    ("orelse", self.stmts(&s.orelse)?),
                    ("type_comment", Tree::None),
                ];
                self.node(if s.is_async { "AsyncFor" } else { "For" }, range, fields)
            }
            Stmt::While(s) => {
                let fields = vec![
                    ("test", self.expr(&s.test)?),
                    ("body", self.stmts(&s.body)?),
                    ("orelse", self.stmts(&s.orelse)?),
                ];
                self.node("While", range, fields)
            }
            Stmt::With(s) => {
                let fields = vec![
                    ("items", self.list(&s.items, Self::with_item)?),
                    ("body", self.stmts(&s.body)?),
                    ("type_comment", Tree::None),
                ];
                self.node(if s.is_async { "AsyncWith" } else { "With" }, range, fields)
            }
            Stmt::Match(s) => {
                let fields = vec![
                    ("subject", self.expr(&s.subject)?),
                    ("cases", self.list(&s.cases, Self::match_case)?),
                ];
                self.node("Match", range, fields)
            }
            other => self.simple(other)?,
        })
    }

    fn simple(&self, stmt: &Stmt) -> Result<Tree> {
        let range = stmt.range();
        let (class, fields) = match stmt {
            Stmt::Return(s) => ("Return", vec![("value", self.opt_expr(s.value.as_deref())?)]),
            Stmt::Delete(s) => ("Delete", vec![("targets", self.exprs(&s.targets)?)]),
            Stmt::TypeAlias(s) => (
                "TypeAlias",
                vec![
                    ("name", self.expr(&s.name)?),
                    ("type_params", self.type_params(s.type_params.as_deref())?),
                    ("value", self.expr(&s.value)?),
                ],
            ),
            Stmt::Assign(s) => (
                "Assign",
                vec![
                    ("targets", self.exprs(&s.targets)?),
                    ("value", self.expr(&s.value)?),
                    ("type_comment", Tree::None),
                ],
            ),
            Stmt::AugAssign(s) => (
                "AugAssign",
                vec![
                    ("target", self.expr(&s.target)?),
                    ("op", super::parts::operator(s.op)),
                    ("value", self.expr(&s.value)?),
                ],
            ),
            Stmt::AnnAssign(s) => (
                "AnnAssign",
                vec![
                    ("target", self.expr(&s.target)?),
                    ("annotation", self.expr(&s.annotation)?),
                    ("value", self.opt_expr(s.value.as_deref())?),
                    ("simple", int(s.simple.into())),
                ],
            ),
            Stmt::Raise(s) => (
                "Raise",
                vec![
                    ("exc", self.opt_expr(s.exc.as_deref())?),
                    ("cause", self.opt_expr(s.cause.as_deref())?),
                ],
            ),
            Stmt::Assert(s) => {
                ("Assert", vec![("test", self.expr(&s.test)?), ("msg", self.opt_expr(s.msg.as_deref())?)])
            }
            Stmt::Import(s) => ("Import", vec![("names", self.list(&s.names, Self::alias)?)]),
            Stmt::ImportFrom(s) => (
                "ImportFrom",
                vec![
                    ("module", optional(s.module.as_ref(), |m| Ok(name(m)))?),
                    ("names", self.list(&s.names, Self::alias)?),
                    ("level", int(s.level.into())),
                ],
            ),
            Stmt::Global(s) => ("Global", vec![("names", Tree::List(s.names.iter().map(name).collect()))]),
            Stmt::Nonlocal(s) => {
                ("Nonlocal", vec![("names", Tree::List(s.names.iter().map(name).collect()))])
            }
            Stmt::Expr(s) => ("Expr", vec![("value", self.expr(&s.value)?)]),
            Stmt::Pass(_) => ("Pass", Vec::new()),
            Stmt::Break(_) => ("Break", Vec::new()),
            Stmt::Continue(_) => ("Continue", Vec::new()),
            other => return self.unsupported("invalid syntax", other),
        };
        Ok(self.node(class, range, fields))
    }

    /// Positions of functions and classes begin behind the decorators.
    fn behind_decorators(&self, range: TextRange, decorators: &[ruff_python_ast::Decorator]) -> TextRange {
        match decorators.last() {
            Some(last) => self.skip_to_keyword(range, last.range().end().to_u32()),
            None => range,
        }
    }

    fn decorators(&self, decorators: &[ruff_python_ast::Decorator]) -> Result<Tree> {
        self.list(decorators, |b, d| b.expr(&d.expression))
    }

    fn function(&self, s: &StmtFunctionDef) -> Result<Tree> {
        let fields = vec![
            ("name", name(&s.name)),
            ("args", self.arguments(&s.parameters)?),
            ("body", self.stmts(&s.body)?),
            ("decorator_list", self.decorators(&s.decorator_list)?),
            ("returns", self.opt_expr(s.returns.as_deref())?),
            ("type_comment", Tree::None),
            ("type_params", self.type_params(s.type_params.as_deref())?),
        ];
        let class = if s.is_async { "AsyncFunctionDef" } else { "FunctionDef" };
        Ok(self.node(class, self.behind_decorators(s.range, &s.decorator_list), fields))
    }

    fn class(&self, s: &StmtClassDef) -> Result<Tree> {
        let (bases, keywords) = match &s.arguments {
            Some(a) => (self.exprs(&*a.args)?, self.list(&a.keywords, Self::keyword)?),
            None => (Tree::List(Vec::new()), Tree::List(Vec::new())),
        };
        let fields = vec![
            ("name", name(&s.name)),
            ("bases", bases),
            ("keywords", keywords),
            ("body", self.stmts(&s.body)?),
            ("decorator_list", self.decorators(&s.decorator_list)?),
            ("type_params", self.type_params(s.type_params.as_deref())?),
        ];
        Ok(self.node("ClassDef", self.behind_decorators(s.range, &s.decorator_list), fields))
    }

    fn if_stmt(&self, s: &StmtIf) -> Result<Tree> {
        let fields = vec![
            ("test", self.expr(&s.test)?),
            ("body", self.stmts(&s.body)?),
            ("orelse", self.clauses(&s.elif_else_clauses, s.range)?),
        ];
        Ok(self.node("If", s.range, fields))
    }

    /// An `elif` is an `If` in the `orelse` of the one before it.
    fn clauses(&self, clauses: &[ElifElseClause], whole: TextRange) -> Result<Tree> {
        let mut orelse = Tree::List(Vec::new());
        for clause in clauses.iter().rev() {
            orelse = match &clause.test {
                None => self.stmts(&clause.body)?,
                Some(test) => {
                    let fields = vec![
                        ("test", self.expr(test)?),
                        ("body", self.stmts(&clause.body)?),
                        ("orelse", orelse),
                    ];
                    let range = TextRange::new(clause.range.start(), whole.end());
                    Tree::List(vec![self.node("If", range, fields)])
                }
            };
        }
        Ok(orelse)
    }

    fn try_stmt(&self, s: &StmtTry) -> Result<Tree> {
        let handler = |b: &Self, h: &ExceptHandler| {
            let ExceptHandler::ExceptHandler(h) = h;
            let fields = vec![
                ("type", b.opt_expr(h.type_.as_deref())?),
                ("name", optional(h.name.as_ref(), |n| Ok(name(n)))?),
                ("body", b.stmts(&h.body)?),
            ];
            Ok(b.node("ExceptHandler", h.range, fields))
        };
        let fields = vec![
            ("body", self.stmts(&s.body)?),
            ("handlers", self.list(&s.handlers, handler)?),
            ("orelse", self.stmts(&s.orelse)?),
            ("finalbody", self.stmts(&s.finalbody)?),
        ];
        Ok(self.node(if s.is_star { "TryStar" } else { "Try" }, s.range, fields))
    }

    fn with_item(&self, item: &WithItem) -> Result<Tree> {
        let vars: Option<&Expr> = item.optional_vars.as_deref();
        let fields =
            vec![("context_expr", self.expr(&item.context_expr)?), ("optional_vars", self.opt_expr(vars)?)];
        Ok(plain("withitem", fields))
    }

    fn alias(&self, a: &ruff_python_ast::Alias) -> Result<Tree> {
        let asname = optional(a.asname.as_ref(), |n| Ok(name(n)))?;
        Ok(self.node("alias", a.range, vec![("name", text(a.name.as_str())), ("asname", asname)]))
    }
}
