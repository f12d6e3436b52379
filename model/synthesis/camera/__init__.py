"""How a page is photographed: from where, in what light, by what device."""
