"""form-js schemas rendered, checked and read on the server, so that a form works without JavaScript.

    schema      what a .form file says, as typed parts; what we cannot serve is refused
    conditions  the part of FEEL that our forms use
    entries     a submitted HTML form → typed values, errors beside their fields, or a draft
    rendering   a form and what was typed so far → accessible HTML
    sentences   every rule and its fix, in Indonesian and English

Pure: no clock, no database, no request.
"""
