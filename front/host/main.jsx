// Starts the React UI: asks the server for its configuration, puts the modules together and
// shows the application of fe-core.
import React from "react";
import ReactDOM from "react-dom";
import PropTypes from "prop-types";
import { Provider } from "react-redux";
import { applyMiddleware, combineReducers, createStore } from "redux";
import thunk from "redux-thunk";
import { apiMiddleware } from "redux-api-middleware";
import { MuiThemeProvider } from "@material-ui/core/styles";
import { MuiPickersUtilsProvider } from "@material-ui/pickers";
import MomentUtils from "@date-io/moment";
import { App } from "@openimis/fe-core";
import logo from "./logo.svg";
import { Languages, fallback } from "./languages.js";
import theme from "./theme.js";
import Modules from "./modules.js";

// fe-core takes the modules from React's old context and hands them on in the new one.
class OldContext extends React.Component {
  static childContextTypes = { modulesManager: PropTypes.object };

  getChildContext() {
    return { modulesManager: this.props.modules };
  }

  render() {
    return this.props.children;
  }
}

async function configuration() {
  const answer = await fetch("/api/graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query: "{ moduleConfigurations { module, config, controls{ field, usage } } }" }),
  });
  if (!answer.ok) throw new Error(`the server answered ${answer.status} ${answer.statusText}`);
  const { data, errors } = await answer.json();
  if (errors?.length) throw new Error(errors.map((e) => e.message).join("; "));
  return data.moduleConfigurations;
}

function storeOf(modules) {
  const reducers = Object.fromEntries(modules.getContribs("reducers").map(({ key, reducer }) => [key, reducer]));
  // The contributed ones look at what the calls of the API gave, so they come after it.
  return createStore(
    combineReducers(reducers),
    applyMiddleware(thunk, apiMiddleware, ...modules.getContribs("middlewares")),
  );
}

function show(modules, root) {
  ReactDOM.render(
    <MuiThemeProvider theme={theme}>
      <Provider store={storeOf(modules)}>
        <MuiPickersUtilsProvider utils={MomentUtils}>
          <OldContext modules={modules}>
            <App basename={process.env.PUBLIC_URL} localesManager={new Languages(modules)} messages={fallback(modules)} logo={logo} />
          </OldContext>
        </MuiPickersUtilsProvider>
      </Provider>
    </MuiThemeProvider>,
    root,
  );
}

const root = document.getElementById("root");
configuration()
  .then((lines) => show(new Modules(lines), root))
  .catch((error) => {
    console.error(error);
    root.textContent = `openIMIS cannot start in this browser: ${error.message}. Try again in a moment, or tell your administrator.`;
  });
