/// The page as a Mustache template; its tags close as XML's do, so that a test can read it as XML.
enum PageTemplate {
  static let text = #"""
    {{% CONTENT_TYPE:PAGE}}
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'" />
    <title>{{title}}</title>
    <style>{{{style}}}</style>
    </head>
    <body>
    <header>
    <h1>{{title}}</h1>
    {{#description}}<p>{{.}}</p>{{/description}}
    <ul class="counts">{{#counts}}<li class="{{kind}}"><b>{{number}}</b> {{what}}</li>{{/counts}}</ul>
    </header>
    {{#hasFilters}}
    <form id="filter" hidden="hidden">
    <details open="open">
    <summary>Show only …</summary>
    {{#filters}}
    <fieldset><legend>{{parameter}}</legend>{{#values}}<label><input type="checkbox" name="{{parameter}}" value="{{value}}" /><span>{{shown}}</span></label>{{/values}}</fieldset>
    {{/filters}}
    <p><button type="reset">Show all</button> <span id="shown" role="status"></span></p>
    </details>
    </form>
    {{/hasFilters}}
    <main>
    <section id="tables">
    <h2>Tables</h2>
    {{#tables}}
    <section class="group">
    <h3>{{heading}}</h3>
    {{#blocks}}
    <figure class="block" data-at="{{at}}">
    {{#caption}}<figcaption>{{.}}</figcaption>{{/caption}}
    <div class="scroll"><table>
    <thead><tr><th scope="col">{{rowName}}</th>{{#columns}}<th scope="col" data-at="{{at}}">{{name}}</th>{{/columns}}</tr></thead>
    <tbody>
    {{#rows}}
    <tr data-at="{{at}}"><th scope="row">{{name}}</th>{{#cells}}<td class="{{kind}}" data-at="{{at}}">{{text}}</td>{{/cells}}</tr>
    {{/rows}}
    </tbody>
    </table></div>
    {{#notes}}<p class="note">{{.}}</p>{{/notes}}
    </figure>
    {{/blocks}}
    </section>
    {{/tables}}
    </section>
    {{#remarks}}
    <section id="remarks">
    <h2>Divergence and remarks</h2>
    <div class="scroll"><table>
    <thead><tr><th scope="col">cells</th><th scope="col">seeds that diverged</th><th scope="col">rounds without a used update</th><th class="words" scope="col">remarks of the rule</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr data-at="{{at}}"><th scope="row">{{cells}}</th><td>{{diverged}}</td><td>{{fallback}}</td><td class="words">{{remarks}}</td></tr>
    {{/rows}}
    </tbody>
    </table></div>
    </section>
    {{/remarks}}
    {{#comparison}}
    <section id="published">
    <h2>Beside published values</h2>
    <div class="scroll"><table>
    <thead><tr><th scope="col">cells</th><th class="words" scope="col">measurement</th><th scope="col">here</th><th scope="col">seeds</th><th scope="col">published</th><th scope="col">difference</th><th class="words" scope="col">source</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr data-at="{{at}}"><th scope="row">{{cell}}</th><td class="words">{{measurement}}</td><td>{{ours}}</td><td>{{seeds}}</td><td>{{published}}</td><td>{{difference}}</td><td class="words">{{source}}</td></tr>
    {{/rows}}
    </tbody>
    </table></div>
    </section>
    {{/comparison}}
    <section id="maps">
    <h2>Heat maps</h2>
    {{^maps}}<p>Nothing is measured yet.</p>{{/maps}}
    {{#maps}}
    <section class="group">
    <h3>{{heading}}</h3>
    <p class="scale">{{lowest}} {{{key}}} {{highest}}</p>
    <div class="maps">
    {{#blocks}}
    <figure class="block" data-at="{{at}}">
    {{#caption}}<figcaption>{{.}}</figcaption>{{/caption}}
    <div class="scroll"><table class="map">
    <thead><tr><th scope="col">{{rowName}}</th>{{#columns}}<th class="turned" scope="col" data-at="{{at}}"><span>{{name}}</span></th>{{/columns}}</tr></thead>
    <tbody>
    {{#rows}}
    <tr data-at="{{at}}"><th scope="row">{{name}}</th>{{#cells}}<td data-at="{{at}}"{{#look}} style="{{.}}"{{/look}}{{^look}} class="empty"{{/look}}>{{text}}</td>{{/cells}}</tr>
    {{/rows}}
    </tbody>
    </table></div>
    </figure>
    {{/blocks}}
    </div>
    </section>
    {{/maps}}
    </section>
    <section id="curves">
    <h2>Curves</h2>
    {{^curves}}<p>No cell is finished yet.</p>{{/curves}}
    {{#curves}}
    <section class="group">
    <h3>{{heading}}</h3>
    <ul class="legend">{{#legend}}<li data-at="{{at}}">{{{sample}}}{{name}}</li>{{/legend}}</ul>
    {{#notes}}<p class="note">{{.}}</p>{{/notes}}
    <div class="grid">
    {{#blocks}}
    <figure class="block" data-at="{{at}}">
    {{#caption}}<figcaption>{{.}}</figcaption>{{/caption}}
    {{{svg}}}
    </figure>
    {{/blocks}}
    </div>
    </section>
    {{/curves}}
    </section>
    <section id="failures">
    <h2>Failures</h2>
    {{^failures}}<p>No cell failed.</p>{{/failures}}
    {{#failures}}
    <article>
    <h3>{{heading}}</h3>
    <pre>{{log}}</pre>
    <details><summary>which</summary><ul>{{#cells}}<li>{{.}}</li>{{/cells}}</ul></details>
    </article>
    {{/failures}}
    </section>
    <section id="provenance">
    <h2>Provenance</h2>
    {{^provenance}}<p>No cell is finished yet.</p>{{/provenance}}
    {{#provenance}}
    {{#warning}}<p class="warning">{{.}}</p>{{/warning}}
    <p>{{total}}</p>
    <div class="scroll"><table>
    <thead><tr><th scope="col">cells</th>{{#names}}<th class="words" scope="col">{{.}}</th>{{/names}}<th scope="col">time</th><th scope="col">memory</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><td>{{cells}}</td>{{#texts}}<td class="words">{{.}}</td>{{/texts}}<td>{{time}}</td><td>{{memory}}</td></tr>
    {{/rows}}
    </tbody>
    </table></div>
    {{/provenance}}
    </section>
    <section id="manifest">
    <h2>Manifest</h2>
    <details><summary>as it is written, without the files that it extends</summary><pre>{{manifestText}}</pre></details>
    </section>
    </main>
    <div id="tip" role="status" hidden="hidden"><b></b><span></span><span></span></div>
    <script>{{{script}}}</script>
    </body>
    </html>

    """#
}
