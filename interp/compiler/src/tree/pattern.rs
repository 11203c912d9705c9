//! Patterns.

use ruff_python_ast::{MatchCase, Pattern, Singleton};
use ruff_text_size::Ranged;
use taipan_bytecode::Const;
use taipan_bytecode::syntax::Tree;

use super::{Builder, name, optional, plain};
use crate::error::Result;

impl Builder<'_> {
    pub(super) fn match_case(&self, case: &MatchCase) -> Result<Tree> {
        let fields = vec![
            ("pattern", self.pattern(&case.pattern)?),
            ("guard", self.opt_expr(case.guard.as_deref())?),
            ("body", self.stmts(&case.body)?),
        ];
        Ok(plain("match_case", fields))
    }

    fn pattern(&self, pattern: &Pattern) -> Result<Tree> {
        let name_of = |id: &Option<ruff_python_ast::Identifier>| optional(id.as_ref(), |n| Ok(name(n)));
        let (class, fields) = match pattern {
            Pattern::MatchValue(p) => ("MatchValue", vec![("value", self.expr(&p.value)?)]),
            Pattern::MatchSingleton(p) => {
                let value = match p.value {
                    Singleton::None => Const::None,
                    Singleton::True => Const::True,
                    Singleton::False => Const::False,
                };
                ("MatchSingleton", vec![("value", Tree::Value(value))])
            }
            Pattern::MatchSequence(p) => {
                ("MatchSequence", vec![("patterns", self.list(&p.patterns, Self::pattern)?)])
            }
            Pattern::MatchMapping(p) => (
                "MatchMapping",
                vec![
                    ("keys", self.exprs(&p.keys)?),
                    ("patterns", self.list(&p.patterns, Self::pattern)?),
                    ("rest", name_of(&p.rest)?),
                ],
            ),
            Pattern::MatchClass(p) => {
                let keywords = &p.arguments.keywords;
                (
                    "MatchClass",
                    vec![
                        ("cls", self.expr(&p.cls)?),
                        ("patterns", self.list(&p.arguments.patterns, Self::pattern)?),
                        ("kwd_attrs", Tree::List(keywords.iter().map(|k| name(&k.attr)).collect())),
                        ("kwd_patterns", self.list(keywords, |b, k| b.pattern(&k.pattern))?),
                    ],
                )
            }
            Pattern::MatchStar(p) => ("MatchStar", vec![("name", name_of(&p.name)?)]),
            Pattern::MatchAs(p) => {
                let inner = optional(p.pattern.as_deref(), |p| self.pattern(p))?;
                ("MatchAs", vec![("pattern", inner), ("name", name_of(&p.name)?)])
            }
            Pattern::MatchOr(p) => ("MatchOr", vec![("patterns", self.list(&p.patterns, Self::pattern)?)]),
        };
        Ok(self.node(class, pattern.range(), fields))
    }
}
