"""The Reviews page. Input: a prepared corpus. Output: its reviews, exclusions and corrections."""
