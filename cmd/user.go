package cmd

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/core/security"
)

func newUser() *cobra.Command {
	cmd := &cobra.Command{Use: "user", Short: "Users of the system"}
	cmd.AddCommand(newUserAdd())
	return cmd
}

func newUserAdd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "add --name NAME --role ROLE", Short: "Add a user who can sign on", Args: cobra.NoArgs,
		Long: `add writes a user into the legacy user table, with roles and districts.

Without --password the password is read from standard input, so that it stands in no
list of processes and in no history of a shell.`,
	}
	config.Flags(cmd.Flags(), "db", "timezone", "log-level", "log-format")
	var u core.NewUser
	var password string
	f := cmd.Flags()
	f.StringVar(&u.Login, "name", "", "log-in name, up to 25 characters")
	f.StringVar(&password, "password", "", "password; read from standard input when not given")
	f.StringSliceVar(&u.Roles, "role", nil, "name of a role as stored, such as \"IMIS Administrator\"; may be given again")
	f.StringSliceVar(&u.Districts, "district", nil, "code of a district whose data the user sees; may be given again")
	f.StringVar(&u.Facility, "facility", "", "code of the facility the user is bound to")
	f.StringVar(&u.LastName, "last-name", "", "family name; the log-in name when not given")
	f.StringVar(&u.OtherNames, "other-names", "", "given names; the log-in name when not given")
	f.StringVar(&u.Language, "language", "", "code of the user's language")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := settings(cmd)
		if err != nil {
			return err
		}
		if password == "" {
			if password, err = readPassword(cmd.InOrStdin(), cmd.ErrOrStderr()); err != nil {
				return err
			}
		}
		if err := prepare(&u, password); err != nil {
			return err
		}
		ctx := core.WithPrincipal(cmd.Context(), core.SystemPrincipal)
		store, err := open(ctx, c, nil, cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		defer store.Close()
		if err := store.AddUser(ctx, u); err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "user %s can sign on as %s\n", u.Login, strings.Join(u.Roles, ", "))
		return nil
	}
	return cmd
}

// prepare checks what can be checked without the database and hashes the password.
func prepare(u *core.NewUser, password string) error {
	switch {
	case u.Login == "" || len([]rune(u.Login)) > 25 || strings.TrimSpace(u.Login) != u.Login || strings.Contains(u.Login, ":"):
		return core.ErrorAt(core.Invalid, "name", "a log-in name has 1 to 25 characters, no colon, and no space at its ends")
	case len(u.Roles) == 0:
		return core.ErrorAt(core.Invalid, "role", "a user needs a --role")
	}
	if err := security.DefaultPasswordPolicy.Check(password, "password"); err != nil {
		return err
	}
	if u.LastName == "" {
		u.LastName = u.Login
	}
	if u.OtherNames == "" {
		u.OtherNames = u.Login
	}
	u.PrivateKey = security.NewPrivateKey()
	u.StoredPassword = security.HashPassword(password, u.PrivateKey)
	return nil
}

// readPassword takes the first line of the input.
func readPassword(in io.Reader, prompt io.Writer) (string, error) {
	if f, ok := in.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			fmt.Fprint(prompt, "password (shown as you type): ")
		}
	}
	line, err := bufio.NewReader(io.LimitReader(in, 1<<12)).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", core.Wrap(core.Invalid, err, "the password could not be read")
	}
	return strings.TrimRight(line, "\r\n"), nil
}
