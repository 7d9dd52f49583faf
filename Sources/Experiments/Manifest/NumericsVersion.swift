/// Raised by hand when a cell of the same parameters gets other output bits, so that old results are not taken for new.
package let numericsVersion = 3
