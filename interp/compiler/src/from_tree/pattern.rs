//! Patterns.

use ruff_python_ast::{
    AtomicNodeIndex, MatchCase, Pattern, PatternArguments, PatternKeyword, PatternMatchAs, PatternMatchClass,
    PatternMatchMapping, PatternMatchOr, PatternMatchSequence, PatternMatchSingleton, PatternMatchStar,
    PatternMatchValue, Singleton,
};
use taipan_bytecode::Const;
use taipan_bytecode::syntax::{Node, Tree};

use super::{Context, Reader, Result, as_node, fail, get, list, missing};

const NONE: AtomicNodeIndex = AtomicNodeIndex::NONE;

impl Reader {
    pub(super) fn match_case(&self, case: &Tree) -> Result<MatchCase> {
        let case = as_node(case, "match_case")?;
        let Tree::Node(pattern) = get(case, "pattern") else { return missing(case, "pattern") };
        Ok(MatchCase {
            range: self.range(pattern),
            node_index: NONE,
            pattern: self.pattern(pattern)?,
            guard: self.optional(case, "guard")?,
            body: self.body(case, "body")?,
        })
    }

    fn patterns(&self, p: &Node, field: &str) -> Result<Vec<Pattern>> {
        list(p, field).iter().map(|p| self.pattern(as_node(p, "pattern")?)).collect()
    }

    fn pattern(&self, p: &Node) -> Result<Pattern> {
        let (range, node_index) = (self.range(p), NONE);
        Ok(match p.class {
            "MatchValue" => {
                Pattern::MatchValue(PatternMatchValue { node_index, range, value: self.boxed(p, "value")? })
            }
            "MatchSingleton" => {
                let value = match get(p, "value") {
                    Tree::None | Tree::Value(Const::None) => Singleton::None,
                    Tree::Value(Const::True) => Singleton::True,
                    Tree::Value(Const::False) => Singleton::False,
                    _ => return fail("MatchSingleton can only contain True, False and None"),
                };
                Pattern::MatchSingleton(PatternMatchSingleton { node_index, range, value })
            }
            "MatchSequence" => Pattern::MatchSequence(PatternMatchSequence {
                node_index,
                range,
                patterns: self.patterns(p, "patterns")?,
            }),
            "MatchMapping" => {
                let keys = self.exprs(p, "keys", Context::Load)?;
                let patterns = self.patterns(p, "patterns")?;
                if keys.len() != patterns.len() {
                    return fail("MatchMapping doesn't have the same number of keys as patterns");
                }
                Pattern::MatchMapping(PatternMatchMapping {
                    node_index,
                    range,
                    keys: keys.into_iter().collect(),
                    patterns: patterns.into_iter().collect(),
                    rest: self.optional_identifier(p, "rest")?,
                })
            }
            "MatchClass" => self.class_pattern(p)?,
            "MatchStar" => Pattern::MatchStar(PatternMatchStar {
                node_index,
                range,
                name: self.optional_identifier(p, "name")?,
            }),
            "MatchAs" => {
                let pattern = match get(p, "pattern") {
                    Tree::Node(inner) => Some(Box::new(self.pattern(inner)?)),
                    _ => None,
                };
                let name = self.optional_identifier(p, "name")?;
                if name.is_none() && pattern.is_some() {
                    return fail("MatchAs must specify a target name if a pattern is given");
                }
                Pattern::MatchAs(PatternMatchAs { node_index, range, pattern, name })
            }
            _ => {
                let patterns = self.patterns(p, "patterns")?;
                if patterns.len() < 2 {
                    return fail("MatchOr requires at least 2 patterns");
                }
                Pattern::MatchOr(PatternMatchOr { node_index, range, patterns })
            }
        })
    }

    fn class_pattern(&self, p: &Node) -> Result<Pattern> {
        let (attrs, patterns) = (list(p, "kwd_attrs"), self.patterns(p, "kwd_patterns")?);
        if attrs.len() != patterns.len() {
            return fail("MatchClass doesn't have the same number of keyword attributes as patterns");
        }
        let range = self.range(p);
        let keyword = |(attr, pattern): (&Tree, Pattern)| {
            Ok(PatternKeyword { range, node_index: NONE, attr: self.name(attr, range)?, pattern })
        };
        let arguments = PatternArguments {
            range,
            node_index: NONE,
            patterns: self.patterns(p, "patterns")?.into_iter().collect(),
            keywords: attrs.iter().zip(patterns).map(keyword).collect::<Result<_>>()?,
        };
        Ok(Pattern::MatchClass(PatternMatchClass {
            node_index: NONE,
            range,
            cls: self.boxed(p, "cls")?,
            arguments,
        }))
    }
}
