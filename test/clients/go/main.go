// A day's work with the Go client that oapi-codegen generates. Prints what it saw as JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/google/uuid"

	"tocsin.example/day/tocsin"
)

var (
	ctx           = context.Background()
	client        = newClient()
	integrationID = uuid.MustParse(os.Getenv("INTEGRATION_ID"))
	// An integration with a rejected delivery, which its mapping could not read.
	unreadID = uuid.MustParse(os.Getenv("UNREAD_ID"))
)

func newClient() *tocsin.ClientWithResponses {
	authorize := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+os.Getenv("TOCSIN_KEY"))
		return nil
	}
	client, err := tocsin.NewClientWithResponses(os.Getenv("TOCSIN_URL"), tocsin.WithRequestEditorFn(authorize))
	check(err)
	return client
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// expect returns a parsed response body, and fails for another response.
func expect[T any](body *T, response interface{ Status() string }) T {
	if body == nil {
		log.Fatalf("expected %T, got %s", body, response.Status())
	}
	return *body
}

func pointer[T any](value T) *T { return &value }

// list returns a page of the alerts of the integration.
func list(params tocsin.ListAlertsParams) tocsin.AlertPage {
	params.IntegrationId = &integrationID
	response, err := client.ListAlertsWithResponse(ctx, &params)
	check(err)
	return expect(response.JSON200, response)
}

func titles(page tocsin.AlertPage) []string {
	titles := []string{}
	for _, alert := range page.Data {
		titles = append(titles, alert.Title)
	}
	return titles
}

// titlesByPage returns the titles of all alerts of the integration, read page by page.
func titlesByPage(limit int) []string {
	anyMuted := pointer(tocsin.ListAlertsMutedAny)
	page := list(tocsin.ListAlertsParams{Muted: anyMuted, Limit: &limit})
	all := titles(page)
	for page.NextCursor != nil {
		page = list(tocsin.ListAlertsParams{Muted: anyMuted, Limit: &limit, Cursor: page.NextCursor})
		all = append(all, titles(page)...)
	}
	return all
}

// update changes an alert.
func update(id uuid.UUID, body tocsin.AlertUpdate) {
	response, err := client.UpdateAlertWithResponse(ctx, id, nil, body)
	check(err)
	expect(response.JSON200, response)
}

// mutedTitles returns the titles of the muted alerts of the integration.
func mutedTitles() []string {
	return titles(list(tocsin.ListAlertsParams{Muted: pointer(tocsin.ListAlertsMutedTrue)}))
}

// snoozeAndSilence snoozes an alert, silences the integration, ends the silence, and returns the muted titles after each.
func snoozeAndSilence(id uuid.UUID) [][]string {
	inAnHour := time.Now().Add(time.Hour)
	update(id, tocsin.AlertUpdate{SnoozedUntil: &inAnHour})
	muted := [][]string{mutedTitles()}

	silence, err := client.CreateSilenceWithResponse(ctx, nil, tocsin.NewSilence{
		Matchers: []tocsin.NewMatcher{{Name: "tocsin_integration", Value: integrationID.String()}},
		EndsAt:   inAnHour,
		Comment:  "Deploy",
	})
	check(err)
	muted = append(muted, mutedTitles())

	_, err = client.ExpireSilenceWithResponse(ctx, expect(silence.JSON201, silence).Id, nil)
	check(err)
	return append(muted, mutedTitles())
}

// replayWithMapping corrects a mapping, and returns how many rejected deliveries it replays.
func replayWithMapping() int {
	var mapping tocsin.FieldMapping
	check(mapping.FromExpressionMapping(tocsin.ExpressionMapping{Title: "name"}))
	_, err := client.UpdateIntegrationWithResponse(ctx, unreadID, nil, tocsin.IntegrationUpdate{Mapping: &mapping})
	check(err)
	replay, err := client.ReplayDeliveriesWithResponse(ctx, nil, tocsin.BulkReplay{Filter: &tocsin.ReplayFilter{IntegrationId: unreadID}})
	check(err)
	return expect(replay.JSON200, replay).Replayed
}

func main() {
	listed := list(tocsin.ListAlertsParams{
		Status:   &[]tocsin.AlertStatus{tocsin.AlertStatusOPEN, tocsin.AlertStatusACKNOWLEDGED},
		Severity: &[]tocsin.Severity{tocsin.SeverityCRITICAL},
		Label:    &[]string{"service=checkout"},
	})
	id := listed.Data[0].Id

	read, err := client.GetAlertWithResponse(ctx, id, nil)
	check(err)
	alert := expect(read.JSON200, read)
	etag := read.HTTPResponse.Header.Get("ETag")

	body := tocsin.AlertUpdate{Status: pointer(tocsin.AlertStatusACKNOWLEDGED), Note: pointer("Looking into it")}
	params := tocsin.UpdateAlertParams{IfMatch: &etag, IdempotencyKey: pointer(uuid.NewString())}
	statuses, versions := []tocsin.AlertStatus{}, []int{}
	for range 2 {
		response, err := client.UpdateAlertWithResponse(ctx, alert.Id, &params, body)
		check(err)
		changed := expect(response.JSON200, response)
		statuses, versions = append(statuses, changed.Status), append(versions, changed.Version)
	}

	update(alert.Id, tocsin.AlertUpdate{Note: pointer("Back to normal")})
	timeline, err := client.ListAlertTimelineWithResponse(ctx, alert.Id, nil)
	check(err)
	notes := []string{}
	for _, entry := range expect(timeline.JSON200, timeline).Data {
		if entry.Note != nil {
			notes = append(notes, *entry.Note)
		}
	}

	found := list(tocsin.ListAlertsParams{AlertKey: pointer("payments")}).Data[0]
	muted := snoozeAndSilence(found.Id)

	integration, err := client.CreateIntegrationWithResponse(ctx, nil, tocsin.NewIntegration{Name: "Made by Go", Provider: "generic"})
	check(err)
	created := expect(integration.JSON201, integration)

	subscription, err := client.CreateSubscriptionWithResponse(ctx, nil, tocsin.NewSubscription{
		Name: "Made by Go",
		Url:  os.Getenv("ENDPOINT_URL"),
		Filter: &tocsin.SubscriptionFilter{
			Severity:      &[]tocsin.Severity{tocsin.SeverityCRITICAL},
			IntegrationId: &integrationID,
		},
	})
	check(err)
	subscribed := expect(subscription.JSON201, subscription)

	unknown, err := client.GetAlertWithResponse(ctx, uuid.New(), nil)
	check(err)
	stale, err := client.UpdateAlertWithResponse(ctx, alert.Id, &tocsin.UpdateAlertParams{IfMatch: pointer(`"1"`)}, body)
	check(err)
	invalid, err := client.ListAlertsWithResponse(ctx, &tocsin.ListAlertsParams{Cursor: pointer("none")})
	check(err)
	problems := []tocsin.Problem{
		expect(unknown.ApplicationproblemJSON404, unknown),
		expect(stale.ApplicationproblemJSON412, stale),
		expect(invalid.ApplicationproblemJSON400, invalid),
	}
	types, pointers := []tocsin.ProblemType{}, []string{}
	for _, problem := range problems {
		types = append(types, problem.Type)
	}
	for _, field := range *problems[2].Errors {
		pointers = append(pointers, field.Pointer)
	}

	seen, err := json.Marshal(map[string]any{
		"listed":       titles(listed),
		"titles":       titlesByPage(2),
		"statuses":     statuses,
		"versions":     versions,
		"notes":        notes,
		"found":        found.Title,
		"muted":        muted,
		"replayed":     replayWithMapping(),
		"integration":  map[string]any{"provider": created.Provider, "teamId": created.TeamId},
		"subscription": map[string]any{"id": subscribed.Id, "secret": subscribed.Secret},
		"problems":     types,
		"pointers":     pointers,
	})
	check(err)
	fmt.Println(string(seen))
}
